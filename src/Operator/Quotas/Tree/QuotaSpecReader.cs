using Operator.Api;
using Operator.Api.Validation;
using Operator.Contract;

namespace Operator.Quotas;

/// <summary>
/// Reads the values of a quota's spec. Validation tells what is wrong with them; here a value that cannot be understood becomes the
/// cautious one, so that limiters which draw on the quota already keep a budget.
/// </summary>
internal static class QuotaSpecReader
{
    private const decimal MostDollars = 9_000_000_000m;

    public static QuotaTerms Read(ClaudeQuotaSpec? spec)
    {
        var share = spec?.Share;
        return new QuotaTerms
        {
            Guarantee = BasisPoints(share?.Guarantee, 0) / 10_000.0,
            Borrowing = BasisPoints(share?.Borrowing, 10_000) / 10_000.0,
            Weight = Math.Clamp(share?.Weight ?? 1, 1, 1000),
            Lanes = Lanes(spec?.Lanes),
            PerUser = PerUser(spec?.PerUser),
            Spend = Spend(spec?.Spend),
        };
    }

    private static List<LaneConfiguration> Lanes(LanesSpec? lanes)
    {
        var read = new List<LaneConfiguration>();
        Add(Contract.Lane.Interactive, lanes?.Interactive);
        Add(Contract.Lane.Standard, lanes?.Standard);
        Add(Contract.Lane.Bulk, lanes?.Bulk);
        return read;

        void Add(Contract.Lane lane, LaneRule? rule)
        {
            if (rule is null) return;
            LaneWindow? window = null;
            var isShut = rule.Window is { } text && LaneWindow.Parse(text, out window) is not null;
            read.Add(new LaneConfiguration
            {
                Lane = lane,
                Reserve = BasisPoints(rule.Reserve, 0),
                // A window that nobody understands is never open.
                Max = isShut ? 0 : BasisPoints(rule.Max, 10_000),
                Window = window is null ? null : new WindowConfiguration(window.StartMinute, window.EndMinute, window.TimeZone),
            });
        }
    }

    private static PerUserConfiguration? PerUser(PerUserSpec? spec) => spec is null ? null : new PerUserConfiguration
    {
        RequestsPerMinute = spec.RequestsPerMinute is { } requests ? Math.Max(1, requests) : null,
        DailySpend = Nanodollars(spec.DailySpend),
        Throttle = spec.Action == PerUserAction.Throttle,
    };

    private static SpendTerms? Spend(SpendSpec? spec) => spec is null ? null : new SpendTerms(
        Nanodollars(spec.Monthly),
        Nanodollars(spec.Daily),
        spec.OnExhausted switch
        {
            Api.OnExhausted.Stop => Contract.OnExhausted.Stop,
            Api.OnExhausted.ShedBulk => Contract.OnExhausted.ShedBulk,
            _ => Contract.OnExhausted.Alert,
        },
        [.. (spec.AlertAt ?? []).Where(p => p is >= 1 and <= 100).Distinct().Order()]);

    private static int BasisPoints(Percent? percent, int missing) =>
        percent is not { } given ? missing : given.TryGetBasisPoints(out var basisPoints) ? basisPoints : 0;

    /// <summary>An amount that cannot be understood is no limit: nothing is stopped for a mistake in a budget.</summary>
    private static long? Nanodollars(Money? money) =>
        money is { } given && given.TryGetAmount(out var amount) ? (long)(Math.Min(amount, MostDollars) * 1_000_000_000m) : null;
}
