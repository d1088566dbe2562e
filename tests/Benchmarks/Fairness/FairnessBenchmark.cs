using System.Diagnostics;
using System.Globalization;
using Benchmarks.Allocation;
using Operator.Cli.Local.Platform;
using Operator.MockClaude;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;

namespace Benchmarks.Fairness;

/// <summary>
/// How well one organization's limits are used and kept by real limiters on the real channel of a real operator: Start and Scale limits
/// at once, on two model groups, with users who ask for more than the limits; a limiter is ended, the leader is ended, and nobody leads for
/// two minutes. Twenty limiters, the operator, the API server, the mock and the users are hosts in this one process on its cores. What the
/// mock counted is the judge. Bars: section 6 of the design.
/// </summary>
internal static class FairnessBenchmark
{
    private const int Limiters = 20;
    private const double FirstToken = 0.5;
    private const double TokensPerSecond = 80;
    private const double Sigma = 0.8;
    private static readonly string[] Dimensions = ["requests", "input", "output"];

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var options = new LocalOptions { Mock = Mock, OperatorSettings = new Dictionary<string, string> { ["Safety"] = "0.01" } };
        await using var platform = await LocalPlatform.StartAsync(options, CancellationToken.None);
        await platform.InstallOperatorAsync(CancellationToken.None);
        var fleet = new Fleet(platform, Limiters);
        await fleet.StartAsync(Tier.All);
        await output.WriteLineAsync($"{fleet.Size} limiters are connected");

        using var stop = new CancellationTokenSource();
        var loads = Tier.All.Select((t, i) => new SkewedLoad(fleet, t, 20261121 + i) { Factor = 1.5 }).ToList();
        var (clock, began) = (Stopwatch.StartNew(), DateTimeOffset.UtcNow);
        var users = loads.Select(l => Task.Run(() => l.RunAsync(stop.Token))).ToList();
        async Task Until(double second)
        {
            while (clock.Elapsed.TotalSeconds < second)
            {
                await Task.Delay(500);
                await fleet.FollowAsync();
            }
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds:0} s: {string.Join("; ", loads.Select((l, i) => $"{Tier.All[i].Name} {l.Counts}"))}"));
        }

        // The skew changes each minute, up to the steady part.
        for (var minute = 1; minute <= 4; minute++)
        {
            await Until(minute * 60);
            loads.ForEach(l => l.Reshuffle());
        }
        await fleet.KillAsync(loads[0].Busiest);
        await Until(300);
        await fleet.KillLeaderAsync();
        await Until(360);
        loads.ForEach(l => l.Factor = 0.97);
        await Until(480);
        await fleet.ScaleOperatorAsync(0);
        await Until(600);
        await fleet.ScaleOperatorAsync(2);
        await Until(660);
        await stop.CancelAsync();
        await Task.WhenAll(users);
        await platform.Claude!.Ledger.WaitForIdleAsync(CancellationToken.None);

        var figures = Tier.All.SelectMany((t, i) => Figures(t, loads[i], platform.Claude.Ledger.Entries, began)).ToList();
        loads.ForEach(l => l.Dispose());
        return figures;
    }

    private static IEnumerable<Figure> Figures(Tier tier, SkewedLoad load, IReadOnlyList<LedgerEntry> ledger, DateTimeOffset began)
    {
        var counted = new Upstream(new Scenario { Name = tier.Name, Limits = tier.Limits, Seconds = 660 });
        var own = ledger.Where(e => e.Model?.StartsWith(tier.Model, StringComparison.Ordinal) == true).ToList();
        foreach (var entry in own.Where(e => e.Outcome == RequestOutcome.Answered && e.At >= began))
        {
            var at = (entry.At - began).TotalSeconds;
            counted.Accept(new Arrival(at, 0, entry.Usage.Input + entry.Usage.CacheWrite5m + entry.Usage.CacheWrite1h, entry.Usage.Output), at);
        }
        Figure Used(string when, double from, double to, double? bar) => bar is { } least
            ? Figure.AtLeast($"{tier.Name}: utilisation {when}", counted.Utilisation(from, to) * 100, "%", least)
            : Figure.Shown($"{tier.Name}: utilisation {when}", counted.Utilisation(from, to) * 100, "%");
        IEnumerable<Figure> Worst(string when, double from, double to)
        {
            var worst = counted.Worst(from, to);
            yield return Figure.AtMost($"{tier.Name}: worst 60 s {when}", worst.Share * 100, "% of limit", tier.Bar);
            yield return Figure.Shown($"{tier.Name}: worst 60 s {when} begins at ({Dimensions[worst.Dimension]})", worst.From, "s");
        }
        IEnumerable<Figure> figures =
        [
            Used("under 1.5x skewed load", 60, 240, 97),
            .. Worst("under 1.5x skewed load", 0, 240),
            Used("with a limiter ended", 240, 300, null),
            .. Worst("with a limiter ended", 180, 300),
            Used("with a new leader", 300, 360, null),
            .. Worst("with a new leader", 240, 360),
            Used("steady, before nobody leads", 420, 480, null),
            Used("steady, nobody leads for 120 s", 480, 600, 83),
            Used("steady, nobody leads: fresh leases", 480, 510, null),
            Used("steady, nobody leads: expired leases", 510, 540, null),
            Used("steady, nobody leads: fallbacks", 540, 600, null),
            .. Worst("while nobody leads and after", 360, 660),
        ];
        foreach (var figure in figures) yield return figure;
        yield return Figure.Shown($"{tier.Name}: refused by the API", own.Count(e => e.Outcome == RequestOutcome.RateLimited), "requests");
        yield return Figure.Shown($"{tier.Name}: answered", load.Counts.Answered, "requests");
        yield return Figure.Shown($"{tier.Name}: refused by limiters", load.Counts.Refused, "requests");
        yield return Figure.Shown($"{tier.Name}: failed", load.Counts.Failed, "requests");
    }

    private static MockClaudeOptions Mock(MockClaudeOptions usual) => usual with
    {
        Organizations =
        [
            new MockOrganization(MockClaudeOptions.DefaultOrganization)
            {
                Keys = [new MockKey(MockClaudeOptions.DefaultKey)],
                SpendCap = 1_000_000,
                Limits = Tier.All.ToDictionary(t => t.Group, t => new GroupLimits((long)t.Limits.Requests, (long)t.Limits.InputTokens, (long)t.Limits.OutputTokens)),
            },
        ],
        Behaviour = new Behaviour
        {
            FirstToken = new Lognormal(FirstToken), TokenTime = new Lognormal(1 / TokensPerSecond), ThinkingTokens = 0,
            // The mean of a lognormal distribution is its median times e^(sigma²/2).
            OutputTokens = new Lognormal(Arrivals.MeanOutput * Math.Exp(-Sigma * Sigma / 2), Sigma),
        },
        Behaviours = [],
        Answers = [],
        TokensPerEvent = 32,
        LedgerEntries = 500_000,
    };
}
