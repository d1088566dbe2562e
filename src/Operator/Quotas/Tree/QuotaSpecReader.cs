using Operator.Api;
using Operator.Contract;

namespace Operator.Quotas;

/// <summary>Reads the values of a quota's spec; admission may have been bypassed, so none is trusted.</summary>
internal sealed class QuotaSpecReader(List<QuotaFinding> findings)
{
    private const decimal MostDollars = 9_000_000_000m;

    public QuotaTerms Read(ClaudeQuotaSpec spec)
    {
        var share = spec.Share ?? new ShareSpec();
        return new QuotaTerms
        {
            Guarantee = Share(share.Guarantee, 0, "spec.share.guarantee"),
            Borrowing = Share(share.Borrowing, 10_000, "spec.share.borrowing"),
            Weight = InRange(share.Weight, 1, 1000, 1, "spec.share.weight") ?? 1,
            Lanes = Lanes(spec.Lanes),
            PerUser = PerUser(spec.PerUser),
            Spend = Spend(spec.Spend),
        };
    }

    private List<LaneConfiguration> Lanes(LanesSpec? lanes)
    {
        var read = new List<LaneConfiguration>();
        Add(Contract.Lane.Interactive, lanes?.Interactive, "spec.lanes.interactive");
        Add(Contract.Lane.Standard, lanes?.Standard, "spec.lanes.standard");
        Add(Contract.Lane.Bulk, lanes?.Bulk, "spec.lanes.bulk");
        if (read.Sum(l => l.Reserve) > 10_000) Invalid("spec.lanes", "the reserves add up to more than 100%");
        return read;

        void Add(Contract.Lane lane, LaneRule? rule, string path)
        {
            if (rule is null) return;
            WindowConfiguration? window = null;
            if (rule.Window is { Length: > 0 } text && !LaneWindow.TryParse(text, out window))
                Invalid(path + ".window", $"'{text}' is not of the form HH:MM-HH:MM Area/City, such as 20:00-06:00 Europe/Berlin");
            var configuration = new LaneConfiguration
            {
                Lane = lane,
                Reserve = BasisPoints(rule.Reserve, 0, path + ".reserve"),
                Max = BasisPoints(rule.Max, 10_000, path + ".max"),
                Window = window,
            };
            if (configuration.Reserve > configuration.Max) Invalid(path + ".reserve", "is above the lane's max");
            read.Add(configuration);
        }
    }

    private PerUserConfiguration? PerUser(PerUserSpec? spec) => spec is null ? null : new PerUserConfiguration
    {
        RequestsPerMinute = InRange(spec.RequestsPerMinute, 1, int.MaxValue, null, "spec.perUser.requestsPerMinute"),
        DailySpend = Nanodollars(spec.DailySpend, "spec.perUser.dailySpend"),
        Throttle = spec.Action == PerUserAction.Throttle,
    };

    private SpendTerms? Spend(SpendSpec? spec)
    {
        if (spec is null) return null;
        if (spec.Currency != "USD") Invalid("spec.spend.currency", $"'{spec.Currency}' is not USD, in which the API is priced");
        var alerts = new List<int>();
        for (var i = 0; i < (spec.AlertAt?.Count ?? 0); i++)
        {
            if (InRange(spec.AlertAt![i], 1, 100, null, $"spec.spend.alertAt[{i}]") is { } percent) alerts.Add(percent);
        }
        alerts.Sort();
        return new SpendTerms(
            Nanodollars(spec.Monthly, "spec.spend.monthly"),
            Nanodollars(spec.Daily, "spec.spend.daily"),
            spec.OnExhausted switch
            {
                Api.OnExhausted.Stop => Contract.OnExhausted.Stop,
                Api.OnExhausted.ShedBulk => Contract.OnExhausted.ShedBulk,
                _ => Contract.OnExhausted.Alert,
            },
            [.. alerts.Distinct()]);
    }

    private double Share(Percent? percent, int missing, string path) => BasisPoints(percent, missing, path) / 10_000.0;

    private int BasisPoints(Percent? percent, int missing, string path)
    {
        if (percent is not { } given) return missing;
        if (given.TryGetBasisPoints(out var basisPoints)) return basisPoints;
        Invalid(path, $"'{given.Text}' is no percentage from 0% to 100% with at most two decimals");
        return 0;
    }

    private long? Nanodollars(Money? money, string path)
    {
        if (money is not { } given) return null;
        if (given.TryGetAmount(out var amount) && amount <= MostDollars) return (long)(amount * 1_000_000_000m);
        Invalid(path, $"'{given.Text}' is no amount from 0 to {MostDollars:0}");
        return null;
    }

    private int? InRange(int? value, int least, int most, int? missing, string path)
    {
        if (value is not { } given) return missing;
        if (given >= least && given <= most) return given;
        Invalid(path, $"{given} is not between {least} and {most}");
        return missing;
    }

    private void Invalid(string path, string message) => findings.Add(new QuotaFinding(QuotaReasons.InvalidValue, path, message, IsError: true));
}
