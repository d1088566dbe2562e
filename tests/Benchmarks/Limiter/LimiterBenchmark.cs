namespace Benchmarks.Limiter;

/// <summary>
/// The limiter beside plain proxies, on the same upstream in the same run, each in processes of its own. The rounds alternate, so that
/// a busy moment of the machine meets all of them; figures are medians of rounds. Bars: section 7 of the design.
/// </summary>
internal static class LimiterBenchmark
{
    private const int Rounds = 3;
    private const int Rate = 1_000;
    private const int StreamRate = 250;
    private const int Streams = 1_000;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(4);

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var (upstream, port) = await Proxy.UpstreamAsync();
        using var process = upstream;
        var proxies = new List<Proxy>();
        try
        {
            if (await Proxy.NginxAsync(port) is { } nginx) proxies.Add(nginx);
            if (await Proxy.HaproxyAsync(port) is { } haproxy) proxies.Add(haproxy);
            var limiter = await Proxy.LimiterAsync(port);
            proxies.Add(limiter);
            await Task.Delay(2_000);
            var idle = limiter.Megabytes;
            var results = await MeasureAsync([("direct", new Uri($"http://127.0.0.1:{port}"), null), .. proxies.Select(p => (p.Name, p.Address, (Proxy?)p))], output);
            var open = await OpenStreamsAsync(limiter);
            return Figures(results, limiter, idle, open);
        }
        finally
        {
            foreach (var proxy in proxies) proxy.Dispose();
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<Dictionary<string, Measured>> MeasureAsync(IReadOnlyList<(string Name, Uri Address, Proxy? Proxy)> targets, TextWriter output)
    {
        var loads = targets.ToDictionary(t => t.Name, t => new Load(t.Address));
        var rounds = targets.ToDictionary(t => t.Name, _ => new List<Measured>());
        foreach (var load in loads.Values)
        {
            await load.ClosedAsync(32, TimeSpan.FromSeconds(3), stream: false);
            await load.ClosedAsync(32, TimeSpan.FromSeconds(1), stream: true);
        }
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, _, proxy) in targets)
            {
                var plain = await loads[name].OpenAsync(Rate, Round, stream: false);
                var stream = await loads[name].OpenAsync(StreamRate, Round, stream: true);
                var (before, done) = (proxy?.CpuSeconds ?? 0, await loads[name].ClosedAsync(32, Round, stream: false));
                var used = (proxy?.CpuSeconds ?? 0) - before;
                var measured = new Measured(At(plain, 0.5), At(plain, 0.99), At(stream, 0.5), At(stream, 0.99), done / Round.TotalSeconds, used > 0 ? done / used : 0);
                rounds[name].Add(measured);
                await output.WriteLineAsync($"round {round + 1} {name,-8} {measured}");
            }
        }
        foreach (var load in loads.Values) load.Dispose();
        return rounds.ToDictionary(r => r.Key, r => Measured.Median(r.Value));
    }

    private static async Task<double> OpenStreamsAsync(Proxy limiter)
    {
        using var load = new Load(limiter.Address);
        var streams = load.Hold(Streams, 8);
        await Task.Delay(6_000);
        var megabytes = limiter.Megabytes;
        await Task.WhenAll(streams);
        return megabytes;
    }

    private static List<Figure> Figures(Dictionary<string, Measured> results, Proxy limiter, double idle, double open)
    {
        var (direct, own) = (results["direct"], results["limiter"]);
        var figures = new List<Figure>();
        foreach (var (name, measured) in results)
        {
            figures.Add(Figure.Shown($"{name} p50", measured.P50, "ms"));
            figures.Add(Figure.Shown($"{name} p99", measured.P99, "ms"));
            figures.Add(Figure.Shown($"{name} stream p50", measured.StreamP50, "ms"));
            figures.Add(Figure.Shown($"{name} stream p99", measured.StreamP99, "ms"));
            figures.Add(Figure.Shown($"{name} throughput", measured.PerSecond, "requests/s"));
            if (name != "direct") figures.Add(Figure.Shown($"{name} requests per CPU second", measured.PerCpuSecond, "requests"));
        }
        if (results.TryGetValue("nginx", out var nginx))
        {
            // Where nginx adds next to nothing, a ratio to it says nothing: a hundredth of a millisecond is the least that counts.
            figures.Add(Figure.AtMost("added p50 against nginx", Added(own.P50, direct.P50) / Added(nginx.P50, direct.P50), "x", 2.5));
            figures.Add(Figure.AtMost("added p99 against nginx", Added(own.P99, direct.P99) / Added(nginx.P99, direct.P99), "x", 3));
            figures.Add(Figure.AtMost("added stream p50 against nginx", Added(own.StreamP50, direct.StreamP50) / Added(nginx.StreamP50, direct.StreamP50), "x", 2.5));
            figures.Add(Figure.AtMost("added stream p99 against nginx", Added(own.StreamP99, direct.StreamP99) / Added(nginx.StreamP99, direct.StreamP99), "x", 3));
            figures.Add(Figure.AtLeast("requests per CPU second against nginx", own.PerCpuSecond / nginx.PerCpuSecond, "x", 0.35));
        }
        figures.Add(Figure.AtMost("memory idle", idle, "MB", 45));
        figures.Add(Figure.AtMost($"memory with {Streams} open streams", open, "MB", 80));
        figures.Add(Figure.AtMost("ready after its start", limiter.Started.TotalSeconds, "s", 0.5));
        return figures;
    }

    private static double Added(double with, double without) => Math.Max(0.01, with - without);

    private static double At(double[] sorted, double quantile) => sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];

    private sealed record Measured(double P50, double P99, double StreamP50, double StreamP99, double PerSecond, double PerCpuSecond)
    {
        public static Measured Median(IReadOnlyList<Measured> rounds)
        {
            double Of(Func<Measured, double> value) => rounds.Select(value).Order().ElementAt(rounds.Count / 2);
            return new(Of(m => m.P50), Of(m => m.P99), Of(m => m.StreamP50), Of(m => m.StreamP99), Of(m => m.PerSecond), Of(m => m.PerCpuSecond));
        }
    }
}
