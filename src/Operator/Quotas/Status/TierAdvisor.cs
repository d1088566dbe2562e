using System.Globalization;
using Operator.Api;
using Operator.Catalog;

namespace Operator.Quotas.Status;

/// <summary>Whether an organization's tier is enough: a line through the peaks of its days, and its bill against the tier's cap.</summary>
internal static class TierAdvisor
{
    private const int LeastDays = 4;
    private static readonly TimeSpan Sustained = TimeSpan.FromHours(1);
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(30);
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(365);

    /// <summary>The advice.</summary>
    /// <param name="root">The organization.</param>
    /// <param name="usage">Its use.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null without a tier.</returns>
    public static TierAdvice? Advise(QuotaNode root, QuotaUsage usage, DateTimeOffset now)
    {
        if (root.Spec.Tier is not { } tier) return null;
        var pressed = usage.Pressure.PressedSince is { } since && now > since ? Whole(now - since) : (TimeSpan?)null;
        var exhausted = Exhaustion(usage.Peaks, now);
        var bill = Bill(tier, usage.Spend, now);
        var isNeeded = pressed >= Sustained || exhausted - now <= Horizon || bill is not null;
        var step = isNeeded ? Tiers.Next(tier) : null;
        return new TierAdvice
        {
            Current = tier,
            SustainedPressure = pressed is { } time ? GoDuration.From(time) : null,
            ExhaustedAt = exhausted,
            Recommended = step,
            Message = Message(root, tier, step, pressed, exhausted, bill),
        };
    }

    /// <summary>
    /// When peaks reach the limit, by the least squares line through them; the present day when they are there; null when they do not
    /// grow, are too few, or have a year to go.
    /// </summary>
    public static DateTimeOffset? Exhaustion(IReadOnlyList<DailyPeak> peaks, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var start = new DateTimeOffset(today, TimeOnly.MinValue, TimeSpan.Zero);
        var points = peaks.Where(p => double.IsFinite(p.Utilisation) && p.Day <= today).Select(p => (X: (double)(p.Day.DayNumber - today.DayNumber), Y: p.Utilisation)).ToList();
        if (points.Count < LeastDays) return null;
        var (meanX, meanY) = (points.Average(p => p.X), points.Average(p => p.Y));
        var spread = points.Sum(p => (p.X - meanX) * (p.X - meanX));
        if (spread <= 0) return null;
        var slope = points.Sum(p => (p.X - meanX) * (p.Y - meanY)) / spread;
        var present = meanY - (slope * meanX);
        if (present >= 1) return start;
        if (slope <= 1e-6) return null;
        var days = (1 - present) / slope;
        return days > Farthest.TotalDays ? null : start.AddDays(Math.Ceiling(days));
    }

    /// <summary>What is wrong with the money, in a sentence; null when the month stays below the tier's cap.</summary>
    private static string? Bill(Tier tier, SpendReading? spend, DateTimeOffset now)
    {
        if (spend is null || Tiers.MonthlySpendCap(tier) is not { } cap) return null;
        var start = new DateTimeOffset(new DateTime(spend.Day.Year, spend.Day.Month, 1, 0, 0, 0, DateTimeKind.Utc));
        if (SpendStatusBuilder.Forecast(spend.ThisMonth, start, now) is not { } forecast || forecast < cap * 1_000_000_000m) return null;
        return string.Create(CultureInfo.InvariantCulture, $"the month comes to ${forecast / 1_000_000_000m:N0} at its present pace, and {tier} ends at ${cap:N0}");
    }

    private static string Message(QuotaNode root, Tier tier, Tier? step, TimeSpan? pressed, DateTimeOffset? exhausted, string? bill)
    {
        var reasons = new List<string>();
        if (pressed >= Sustained) reasons.Add($"the quota has been pressed for {GoDuration.From(pressed.Value)}");
        if (exhausted is { } date) reasons.Add($"peaks reach the limit about {date.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        if (bill is not null) reasons.Add(bill);
        if (reasons.Count == 0) return $"{tier} is enough";
        var why = string.Join("; ", reasons);
        return step is { } next ? $"{why}. {Effect(root, tier, next)}" : $"{why}, which is more than {Horizon.TotalDays:0} days away or beyond what a tier changes";
    }

    /// <summary>What the step would change, in words.</summary>
    private static string Effect(QuotaNode root, Tier tier, Tier next)
    {
        if (next == Tier.Custom) return "Custom limits are agreed with the provider: ask for them, then declare them in spec.limits";
        var effects = new List<string>();
        foreach (var group in root.Groups.Keys.Order(StringComparer.Ordinal))
        {
            if (root.GroupMap.PublishedOf(group) is not { } published || !published.Limits.TryGetValue(next, out var after)) continue;
            if (!published.Limits.TryGetValue(tier, out var before) || before.Requests == after.Requests) continue;
            effects.Add(string.Create(CultureInfo.InvariantCulture, $"{published.Name} from {before.Requests:N0} to {after.Requests:N0} requests and from {before.OutputTokens:N0} to {after.OutputTokens:N0} output tokens a minute"));
        }
        var cap = Tiers.MonthlySpendCap(next) is { } money ? string.Create(CultureInfo.InvariantCulture, $"; up to ${money:N0} a month") : "";
        // A status is no table: the first three say enough.
        var shown = string.Join(", ", effects.Take(3)) + (effects.Count > 3 ? $" and {effects.Count - 3} more groups alike" : "");
        return shown.Length == 0 ? $"{next} is the next tier{cap}" : $"{next} raises {shown}{cap}";
    }

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromMinutes(Math.Floor(time.TotalMinutes));
}
