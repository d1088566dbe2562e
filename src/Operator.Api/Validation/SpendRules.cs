using System.Globalization;

namespace Operator.Api.Validation;

/// <summary>Money budgets and budgets of users.</summary>
internal static class SpendRules
{
    public static void Check(FindingCollector found, ClaudeQuotaSpec spec)
    {
        decimal? daily = null;
        if (spec.Spend is { } spend)
        {
            daily = Spend(found, "spec.spend", spend);
        }
        if (spec.PerUser is { } perUser) PerUser(found, "spec.perUser", perUser, daily);
    }

    private static decimal? Spend(FindingCollector found, string path, SpendSpec spend)
    {
        found.Unknown(path, spend);
        var monthly = ValueRules.Amount(found, path + ".monthly", spend.Monthly);
        var daily = ValueRules.Amount(found, path + ".daily", spend.Daily);
        if (spend.Monthly is null && spend.Daily is null) found.Required(path, "has no budget; give monthly or daily");
        if (daily > monthly) found.Warn(path + ".daily", "is above the monthly budget, which ends first; lower it");
        if (spend.Currency != "USD")
        {
            found.Error(path + ".currency", FindingReason.FieldValueNotSupported,
                $"{FindingCollector.Quote(spend.Currency)} is not supported; the API is priced in USD");
        }
        var before = 0;
        foreach (var (alertPath, percent) in found.Items(path + ".alertAt", spend.AlertAt, Limits.Alerts))
        {
            ValueRules.Count(found, alertPath, percent, 1, 100);
            if (percent <= before && percent >= 1) found.Invalid(alertPath,
                string.Create(CultureInfo.InvariantCulture, $"{percent} is not above the {before} before it; alerts must increase"));
            before = Math.Max(before, percent);
        }
        found.Defined(path + ".onExhausted", spend.OnExhausted);
        return daily;
    }

    private static void PerUser(FindingCollector found, string path, PerUserSpec perUser, decimal? daily)
    {
        found.Unknown(path, perUser);
        ValueRules.Count(found, path + ".requestsPerMinute", perUser.RequestsPerMinute, 1, Limits.PerUserRequests);
        var ofUser = ValueRules.Amount(found, path + ".dailySpend", perUser.DailySpend);
        if (perUser is { RequestsPerMinute: null, DailySpend: null }) found.Required(path,
            "limits nothing; give requestsPerMinute or dailySpend");
        if (ofUser > daily) found.Warn(path + ".dailySpend", "is above the quota's own daily budget, which ends first; lower it");
        found.Defined(path + ".action", perUser.Action);
    }
}
