using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Operator.Contract;
using Operator.Evals.Running;
using Operator.Evals.Suites;
using Operator.Rollouts.Gates;
using Xunit;

namespace Operator.Tests.Evals.Running;

public class RunSummaryTextTests
{
    private static readonly string Revision = new('a', 64);

    [Fact]
    public void A_result_survives_its_message()
    {
        var summary = Sample([true, false, true], ["c1"]);
        var text = Encoding.UTF8.GetString(RunSummaryText.Write(summary));
        var read = RunSummaryText.Read(text)!;
        Assert.Equal((2, 3, "c1", summary.CaseResults), (read.Passed, read.Total, Assert.Single(read.FailedCases), read.CaseResults));
        Assert.Equal(summary.Usage, read.Usage);
        Assert.Equal(summary.Slices, read.Slices);
    }

    [Fact]
    public void The_largest_result_fits_with_the_result_of_each_case()
    {
        var passed = Enumerable.Range(0, SuiteLimits.Cases).Select(i => i % 3 != 0).ToList();
        var summary = Sample(passed, [.. Enumerable.Range(0, 50).Select(i => new string('x', SuiteLimits.CaseId - 4) + i)]) with
        {
            Slices = [.. Enumerable.Range(0, SuiteLimits.Slices).Select(i => new SliceCounts(new string('s', SuiteLimits.SliceName - 3) + i, 100, 200))],
        };
        var bytes = RunSummaryText.Write(summary);
        Assert.InRange(bytes.Length, 1, RunSummaryText.MaxBytes);
        var read = RunSummaryText.Read(Encoding.UTF8.GetString(bytes))!;
        Assert.Equal(summary.CaseResults, read.CaseResults);
        Assert.Equal(SuiteLimits.Slices, read.Slices.Length);
    }

    [Theory]
    [InlineData("\"passed\":2", "\"passed\":4")]
    [InlineData("\"passed\":2", "\"passed\":-1")]
    [InlineData("\"passed\":2", "\"passed\":1")]
    [InlineData("\"total\":3", "\"total\":30")]
    [InlineData("\"total\":3", "\"total\":3.5")]
    [InlineData("\"form\":1", "\"form\":2")]
    [InlineData("\"revision\":", "\"revisio\":")]
    [InlineData("\"cases\":\"BQ==\"", "\"cases\":\"!!\"")]
    [InlineData("\"cases\":\"BQ==\"", "\"cases\":\"DQ==\"")]
    public void A_message_that_contradicts_itself_is_none(string from, string to)
    {
        var text = Encoding.UTF8.GetString(RunSummaryText.Write(Sample([true, false, true], [])));
        Assert.Contains(from, text, StringComparison.Ordinal);
        Assert.Null(RunSummaryText.Read(text.Replace(from, to, StringComparison.Ordinal)));
    }

    [Fact]
    public void No_text_makes_the_reader_throw() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => RunSummaryText.Read("{\"form\":1," + text) is null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(3, 5));

    [Fact]
    public void Runs_are_compared_case_by_case()
    {
        var stable = CaseBitmap.Write([true, true, true, false, true, true, true, true, false]);
        var candidate = CaseBitmap.Write([true, false, true, true, true, true, true, false, false]);
        Assert.Equal(new PairedCounts(9, 2, 1), CaseBitmap.Compare(stable, candidate, 9));
        Assert.Null(CaseBitmap.Compare(stable, CaseBitmap.Write([true]), 9));
        Assert.Null(CaseBitmap.Compare(stable, null, 9));
    }

    [Fact]
    public void Cost_follows_the_tier_of_the_prompt_and_is_unknown_without_prices()
    {
        PriceTier Tier(long? max, long price) => new() { MaxPromptTokens = max, Input = price, CacheWrite5m = 2 * price, CacheWrite1h = 3 * price, CacheRead = 0, Output = 10 * price };
        PriceTier[] tiers = [Tier(null, 5000), Tier(100_000, 1000)];
        UsageLine[] usage = [new("m", false) { Input = 1000, CacheWrite5m = 100, CacheWrite1h = 10, CacheRead = 5, Output = 100 }, new("m", true) { Input = 1000 }];
        Assert.Equal(0.00723m, UsageTotals.Cost(usage, _ => tiers));
        Assert.Null(UsageTotals.Cost(usage, _ => null));
    }

    private static RunSummary Sample(List<bool> passed, IEnumerable<string> failed) => new()
    {
        Revision = Revision,
        Digest = new string('d', 64),
        Passed = passed.Count(p => p),
        Total = passed.Count,
        Slices = [new SliceCounts("billing", 1, 2)],
        FailedCases = [.. failed],
        CaseResults = CaseBitmap.Write(passed),
        Usage = [new UsageLine("claude-sonnet-5-5", false) { Input = 123456, CacheRead = 7, Output = 999999 }, new UsageLine("claude-haiku-5-5", true) { CacheWrite1h = 4 }],
    };
}
