using System.Diagnostics;
using System.Globalization;
using Benchmarks.Limiter.Peers;
using Operator.MockClaude;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;

namespace Benchmarks.Soak;

/// <summary>
/// One limiter process for ten minutes at 500 requests a second, while the API fails in every way that the mock knows and users leave.
/// SOAK_SECONDS, 180 or more, shortens it; the first minute is warm-up.
/// </summary>
internal static class SoakBenchmark
{
    private const int Rate = 500;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(60);

    private static readonly (FaultKind Kind, double Probability)[] Faults =
    [
        (FaultKind.Overloaded, 0.01), (FaultKind.InternalError, 0.005), (FaultKind.RateLimited, 0.002), (FaultKind.Timeout, 0.002), (FaultKind.ConnectionReset, 0.005),
        (FaultKind.HtmlAnswer, 0.003), (FaultKind.TruncatedJson, 0.003), (FaultKind.BreakAfterEvents, 0.005), (FaultKind.HalfEvent, 0.003), (FaultKind.ErrorEvent, 0.005),
        (FaultKind.StallAfterEvents, 0.001), (FaultKind.Hang, 0.001), (FaultKind.SlowFirstToken, 0.002),
    ];

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var duration = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("SOAK_SECONDS") ?? "600", CultureInfo.InvariantCulture));
        if (duration < 3 * WarmUp) throw new ArgumentException("SOAK_SECONDS must be 180 or more: the first minute is warm-up.");
        await using var mock = await MockClaudeServer.StartAsync(Mock(), CancellationToken.None);
        foreach (var (kind, probability) in Faults) mock.Faults.Add(new FaultRule(kind) { Probability = probability, Delay = TimeSpan.FromSeconds(2) });
        var (errors, unobserved) = (0L, 0L);
        var example = "";
        using var limiter = await OwnLimiter.StartAsync(mock.Address.Port, line =>
        {
            if (line.Contains("\"EventId\":90", StringComparison.Ordinal)) Interlocked.Increment(ref unobserved);
            if (!line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal) && !line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal)) return;
            if (Interlocked.Increment(ref errors) == 1) example = line;
        });
        using var users = new SoakUsers(limiter.Address, Rate);
        var running = users.RunAsync(duration);
        var memory = new List<(double Second, double Megabytes)>();
        var clock = Stopwatch.StartNew();
        while (!running.IsCompleted)
        {
            memory.Add((clock.Elapsed.TotalSeconds, limiter.Megabytes));
            if (memory.Count % 12 == 0) await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{memory[^1].Second:0} s: {memory[^1].Megabytes:0.0} MB; {string.Join(", ", users.Ends.OrderBy(e => e.Key, StringComparer.Ordinal))}"));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromSeconds(5)));
        }
        var sent = await running;
        await mock.Ledger.WaitForIdleAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1));
        // Streams that stalled end at the limiter when their users have left; it counts them a moment later.
        await Task.Delay(2_000);
        var counts = await LimiterCounts.ReadAsync(new Uri(limiter.Ready, "/metrics"));
        foreach (var (labels, count) in counts.Ended) await output.WriteLineAsync($"{labels}: {count}");
        if (errors > 0) await output.WriteLineAsync("the first error: " + example);
        return Figures(sent, users, counts, mock.Ledger, memory, (errors, unobserved));
    }

    private static List<Figure> Figures(
        long sent, SoakUsers users, LimiterCounts counts, RequestLedger ledger, List<(double Second, double Megabytes)> memory, (long Errors, long Unobserved) log)
    {
        var end = memory[^1].Second;
        double Median(double from, double to) => memory.Where(m => m.Second >= from && m.Second < to).Select(m => m.Megabytes).Order().ToList() is var part ? part[part.Count / 2] : 0;
        var (warm, last) = (Median(WarmUp.TotalSeconds, 2 * WarmUp.TotalSeconds), Median(end - 60, end));
        var totals = ledger.Totals();
        var (input, produced) = (totals.Input + totals.CacheWrite5m + totals.CacheWrite1h + totals.CacheRead, totals.Output);
        return
        [
            Figure.Shown("memory after warm-up", warm, "MB"),
            Figure.Shown("memory in the last minute", last, "MB"),
            Figure.AtMost("growth of memory", ((last / warm) - 1) * 100, "%", 10),
            Figure.AtMost("exceptions that nobody awaited", log.Unobserved, "exceptions", 0),
            Figure.AtMost("errors in the limiter's log", log.Errors, "lines", 0),
            Figure.Shown("requests sent", sent, "requests"),
            Figure.AtMost("requests whose user saw no end", sent - users.Ends.Values.Sum(), "requests", 0),
            Figure.AtMost("requests sent that the limiter did not count", Math.Abs(sent - counts.Received), "requests", 0),
            Figure.AtMost("requests received that did not end in exactly one way", Math.Abs(counts.Received - counts.Ended.Values.Sum()), "requests", 0),
            Figure.Shown("attempts beyond the first", counts.Retries, "requests"),
            // Of an answer that broke off the API charges what nobody was told of; buckets are charged an estimate then, meters are not.
            Figure.Shown("input tokens charged that no answer told", Percent(counts.Tokens.Input, input), "%"),
            Figure.Shown("output tokens charged that no answer told", Percent(counts.Tokens.Output, produced), "%"),
            .. users.Ends.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => Figure.Shown("users: " + e.Key, e.Value, "requests")),
        ];
    }

    private static double Percent(long counted, long charged) => (charged - counted) * 100.0 / charged;

    private static MockClaudeOptions Mock() => new()
    {
        Organizations =
        [
            new MockOrganization(MockClaudeOptions.DefaultOrganization)
            {
                Keys = [new MockKey("sk-ant-benchmark")], SpendCap = 1_000_000,
                Limits = new Dictionary<string, GroupLimits> { ["sonnet-5-5"] = new(1_000_000, 1_000_000_000, 1_000_000_000) },
            },
        ],
        Behaviour = new Behaviour { FirstToken = new Lognormal(0.02, 0.3), TokenTime = new Lognormal(0.001, 0.2), OutputTokens = new Lognormal(32, 0.3), ThinkingTokens = 0 },
        LedgerEntries = 0,
    };
}
