using Operator.MockClaude;
using Operator.MockClaude.Ledger;

namespace Operator.Cli.Local.Stories;

/// <summary>What the mock itself counted: it judges whether a limit was kept.</summary>
internal static class MockJudge
{
    /// <summary>The organization's requests a minute for the tools' model.</summary>
    public const double RequestsPerMinute = 4_800;

    /// <summary>Counts.</summary>
    public static MockCount Count(MockClaudeServer claude)
    {
        var totals = claude.Ledger.Totals();
        var refused = claude.Ledger.Totals(k => k.Outcome == RequestOutcome.RateLimited);
        var admitted = claude.Ledger.Entries.Where(e => e.Outcome != RequestOutcome.RateLimited && e.Endpoint == MockEndpoint.Messages).Select(e => e.At).Order().ToList();
        return new MockCount(totals.Requests - refused.Requests, refused.Requests, totals.Cost, Math.Round(Worst(admitted) / RequestsPerMinute, 4));
    }

    /// <summary>Requests admitted since a moment, a second.</summary>
    public static double Rate(MockClaudeServer claude, DateTimeOffset since, DateTimeOffset until) =>
        claude.Ledger.Entries.Count(e => e.Outcome != RequestOutcome.RateLimited && e.At >= since && e.At < until) / (until - since).TotalSeconds;

    /// <summary>The most in any 60 seconds.</summary>
    internal static int Worst(IReadOnlyList<DateTimeOffset> ordered)
    {
        var (worst, first) = (0, 0);
        for (var last = 0; last < ordered.Count; last++)
        {
            while (ordered[last] - ordered[first] >= TimeSpan.FromMinutes(1)) first++;
            worst = Math.Max(worst, last - first + 1);
        }
        return worst;
    }
}
