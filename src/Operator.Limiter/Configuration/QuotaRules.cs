using Operator.Contract;

namespace Operator.Limiter.Configuration;

/// <summary>What must hold in a quota.</summary>
internal static class QuotaRules
{
    /// <summary>Adds the quota's errors.</summary>
    public static void Check(List<ConfigurationError> errors, QuotaConfiguration quota)
    {
        ConfigurationRules.NotEmpty(errors, "quota.namespace", quota.Namespace);
        ConfigurationRules.NotEmpty(errors, "quota.name", quota.Name);
        if (quota.Groups.Count == 0) errors.Add(new("quota.groups", "must hold at least one group"));
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < quota.Groups.Count; i++)
        {
            var (group, path) = (quota.Groups[i], $"quota.groups[{i}]");
            ConfigurationRules.NotEmpty(errors, $"{path}.group", group.Group);
            if (!names.Add(group.Group)) errors.Add(new($"{path}.group", $"{group.Group} is declared twice"));
            Check(errors, $"{path}.limits", group.Limits);
            Check(errors, $"{path}.boot", group.Boot);
            Check(errors, $"{path}.fallback", group.Fallback);
        }
        Lanes(errors, quota.Lanes);
        if (quota.PerUser is { RequestsPerMinute: < 1 }) errors.Add(new("quota.perUser.requestsPerMinute", "must be 1 or more"));
        if (quota.PerUser is { DailySpend: < 0 }) errors.Add(new("quota.perUser.dailySpend", "must not be negative"));
        for (var i = 0; i < quota.Spend.Count; i++)
        {
            var (spend, path) = (quota.Spend[i], $"quota.spend[{i}]");
            ConfigurationRules.NotEmpty(errors, $"{path}.quota", spend.Quota);
            ConfigurationRules.Defined(errors, $"{path}.onExhausted", spend.OnExhausted);
            if (spend.Daily is < 0) errors.Add(new($"{path}.daily", "must not be negative"));
            if (spend.Monthly is < 0) errors.Add(new($"{path}.monthly", "must not be negative"));
        }
    }

    private static void Lanes(List<ConfigurationError> errors, IReadOnlyList<LaneConfiguration> lanes)
    {
        var seen = new HashSet<Lane>();
        var reserved = 0;
        for (var i = 0; i < lanes.Count; i++)
        {
            var (lane, path) = (lanes[i], $"quota.lanes[{i}]");
            ConfigurationRules.Defined(errors, $"{path}.lane", lane.Lane);
            if (!seen.Add(lane.Lane)) errors.Add(new($"{path}.lane", $"{lane.Lane} is declared twice"));
            if (lane.Reserve is < 0 or > 10_000) errors.Add(new($"{path}.reserve", "must lie between 0 and 10000"));
            if (lane.Max is < 0 or > 10_000) errors.Add(new($"{path}.max", "must lie between 0 and 10000"));
            reserved += Math.Clamp(lane.Reserve, 0, 10_000);
            if (lane.Window is not { } window) continue;
            if (window.StartMinute is < 0 or > 1439) errors.Add(new($"{path}.window.startMinute", "must lie between 0 and 1439"));
            if (window.EndMinute is < 0 or > 1439) errors.Add(new($"{path}.window.endMinute", "must lie between 0 and 1439"));
            if (!TimeZoneInfo.TryFindSystemTimeZoneById(window.TimeZone, out _))
            {
                errors.Add(new($"{path}.window.timeZone", $"{window.TimeZone} is not a time zone that this machine knows"));
            }
        }
        if (reserved > 10_000) errors.Add(new("quota.lanes", "the lanes' reserves add up to more than 10000"));
    }

    private static void Check(List<ConfigurationError> errors, string path, Share share)
    {
        Check(errors, $"{path}.rate", share.Rate);
        Check(errors, $"{path}.burst", share.Burst);
    }

    private static void Check(List<ConfigurationError> errors, string path, Amounts amounts)
    {
        Check(errors, $"{path}.requests", amounts.Requests);
        Check(errors, $"{path}.inputTokens", amounts.InputTokens);
        Check(errors, $"{path}.outputTokens", amounts.OutputTokens);
    }

    private static void Check(List<ConfigurationError> errors, string path, double? value)
    {
        if (value is { } v && (!double.IsFinite(v) || v < 0)) errors.Add(new(path, "must be a finite number, 0 or more"));
    }
}
