using Operator.Contract;
using Operator.Limiters.Reports;

namespace Operator.Tests.Limiters;

public class ReportScreenTests
{
    private static readonly Report Good = new() { Instance = new string('a', 32), Namespace = "team", Pod = "p", Sequence = 1 };

    [Fact]
    public void A_report_of_the_right_form_is_taken() => Assert.Null(ReportScreen.Refuse(Good));

    [Fact]
    public void A_brief_one_may_tell_what_is_applied() =>
        Assert.Null(ReportScreen.Refuse(Good with { Brief = true, Applied = [new AppliedConfiguration { Deployment = "team/d", Generation = 1, CanaryWeight = 0 }] }));

    [Fact]
    public void One_of_another_form_is_refused_with_what_is_wrong()
    {
        (Report Report, string Why)[] cases =
        [
            (Good with { Instance = "short" }, "instance"),
            (Good with { Instance = new string('Z', 32) }, "instance"),
            (Good with { Sequence = 0 }, "sequence"),
            (Good with { Demand = null! }, "null"),
            (Good with { Applied = [null!] }, "null"),
            (Good with { Brief = true, Ends = true }, "brief"),
            (Good with { Brief = true, Leases = [new HeldLease("a/b", "g", 1, 1)] }, "brief"),
            (Good with { Brief = true, Signals = [new UpstreamSignal { Quota = "a/b", Group = "g", Kind = UpstreamSignalKind.Headers, At = DateTimeOffset.UnixEpoch }] }, "brief"),
            (Good with { Spend = [.. Enumerable.Range(0, 5_000).Select(i => new SpendDelta("a/b", i, 1, "2026-11-20"))] }, "more than"),
        ];
        Assert.All(cases, c => Assert.Contains(c.Why, ReportScreen.Refuse(c.Report), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(5.0, 5.0)]
    [InlineData(-5.0, 0.0)]
    [InlineData(double.NaN, 0.0)]
    [InlineData(double.PositiveInfinity, 1e12)]
    [InlineData(null, 0.0)]
    public void What_cannot_be_measured_is_nothing(double? told, double taken) => Assert.Equal(taken, Measured.Amount(new Amounts(told, null, null)).Requests);

    [Theory]
    [InlineData("a/b", true)]
    [InlineData("a", false)]
    [InlineData("a/", false)]
    [InlineData("a/b/c", false)]
    [InlineData(null, false)]
    public void A_quota_is_named_by_namespace_and_name(string? text, bool isOne) => Assert.Equal(isOne, Measured.Quota(text) is not null);
}
