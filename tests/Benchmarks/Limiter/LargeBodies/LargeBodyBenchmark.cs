using Benchmarks.Limiter.Peers;

namespace Benchmarks.Limiter.LargeBodies;

/// <summary>
/// What small requests wait beside one client that sends bodies of megabytes without a pause: on the upstream itself, through nginx, which
/// reads nothing of them, and through the limiter, which scans and rewrites them. Rounds alternate; figures are medians of rounds.
/// </summary>
internal static class LargeBodyBenchmark
{
    private const int Rate = 200;
    private const int Megabytes = 8;
    private const int Rounds = 3;
    private static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        using var upstream = await UpstreamProcess.StartAsync();
        var port = upstream.Port;
        var proxies = new List<Proxy>();
        try
        {
            if (await Nginx.StartAsync(port) is { } nginx) proxies.Add(nginx);
            proxies.Add(await OwnLimiter.StartAsync(port));
            List<Target> targets = [new("direct", new Uri($"http://127.0.0.1:{port}"), null), .. proxies.Select(p => new Target(p.Name, p.Address, p))];
            var rounds = targets.ToDictionary(t => t.Name, _ => new List<Waited>());
            for (var round = 0; round <= Rounds; round++)
            {
                foreach (var target in targets)
                {
                    var waited = await RoundAsync(target);
                    await output.WriteLineAsync($"round {round} {target.Name,-8} {waited}");
                    // The first one warms up.
                    if (round > 0) rounds[target.Name].Add(waited);
                }
            }
            return [.. targets.SelectMany(t => Figures(t.Name, rounds[t.Name]))];
        }
        finally
        {
            foreach (var proxy in proxies) proxy.Dispose();
        }
    }

    private static async Task<Waited> RoundAsync(Target target)
    {
        using var load = target.Load();
        var alone = await load.OpenAsync(Rate, LeadIn, Round / 2, stream: false, Patience);
        using var end = new CancellationTokenSource();
        await using var large = new LargeClient(target.Address.Port, Megabytes * 1024 * 1024);
        var sending = large.RunAsync(end.Token);
        var beside = await load.OpenAsync(Rate, LeadIn, Round, stream: false, Patience);
        await end.CancelAsync();
        return new(alone.At(0.5), alone.At(0.99), beside.At(0.5), beside.At(0.99), await sending / Round.TotalSeconds);
    }

    private static IEnumerable<Figure> Figures(string target, List<Waited> rounds)
    {
        double Median(Func<Waited, double> of) => rounds.Select(of).Order().ElementAt(rounds.Count / 2);
        yield return Figure.Shown($"{target} p99 at {Rate}/s alone", Median(w => w.AloneP99), "ms");
        yield return Figure.Shown($"{target} p50 at {Rate}/s beside bodies of {Megabytes} MB", Median(w => w.P50), "ms");
        yield return Figure.Shown($"{target} p99 at {Rate}/s beside bodies of {Megabytes} MB", Median(w => w.P99), "ms");
        yield return Figure.Shown($"{target} bodies of {Megabytes} MB", Median(w => w.Large), "1/s");
    }

    /// <summary>One round on one target, in milliseconds; and how many large bodies a second were answered meanwhile.</summary>
    private sealed record Waited(double AloneP50, double AloneP99, double P50, double P99, double Large)
    {
        public override string ToString() => string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"alone p50 {AloneP50:0.00} ms, p99 {AloneP99:0.00} ms; beside {Large:0.0} large bodies a second p50 {P50:0.00} ms, p99 {P99:0.00} ms");
    }
}
