namespace Benchmarks.Limiter;

/// <summary>What the measurements say. The limiter is held against nginx and against its own bars; the others are shown.</summary>
internal static class LimiterFigures
{
    private const string Own = "limiter";

    public static IReadOnlyList<Figure> Of(IReadOnlyDictionary<string, Measured> results, IReadOnlyDictionary<string, Memory> memory, TimeSpan started, double streaming)
    {
        var figures = new List<Figure>();
        foreach (var (name, measured) in results) figures.AddRange(Shown(name, measured));
        foreach (var (name, held) in memory.Where(m => m.Key != Own))
        {
            figures.Add(Figure.Shown($"{name} memory idle", held.Idle, "MB"));
            if (held.Open is { } open) figures.Add(Figure.Shown($"{name} memory with {LimiterBenchmark.Streams} open streams", open, "MB"));
        }
        if (results.TryGetValue("nginx", out var nginx)) figures.AddRange(Against(nginx, results[Own], results["direct"]));
        figures.Add(Figure.AtMost("memory idle", memory[Own].Idle, "MB", 45));
        figures.Add(Figure.AtMost($"memory with {LimiterBenchmark.Streams} open streams", streaming, "MB", 80));
        figures.Add(Figure.Shown($"memory with {LimiterBenchmark.Streams} open streams over HTTP/1.1", memory[Own].Open!.Value, "MB"));
        figures.Add(Figure.AtMost("ready after its start", started.TotalSeconds, "s", 0.5));
        return figures;
    }

    private static IEnumerable<Figure> Shown(string name, Measured measured)
    {
        yield return Figure.Shown($"{name} p50 at {LimiterBenchmark.LightRate}/s", measured.LightP50, "ms");
        yield return Figure.Shown($"{name} p50", measured.P50, "ms");
        yield return Figure.Shown($"{name} p99", measured.P99, "ms");
        yield return Figure.Shown($"{name} stream p50", measured.StreamP50, "ms");
        yield return Figure.Shown($"{name} stream p99", measured.StreamP99, "ms");
        yield return Figure.Shown($"{name} answered of {LimiterBenchmark.Rate}/s", measured.Reached, "requests/s");
        yield return Figure.Shown($"{name} streams answered of {LimiterBenchmark.StreamRate}/s", measured.StreamReached, "requests/s");
        yield return Figure.Shown($"{name} throughput", measured.PerSecond, "requests/s");
        if (measured.PerCpuSecond > 0) yield return Figure.Shown($"{name} requests per CPU second", measured.PerCpuSecond, "requests");
    }

    private static IEnumerable<Figure> Against(Measured nginx, Measured own, Measured direct)
    {
        // Where nginx adds next to nothing, a ratio to it says nothing: a hundredth of a millisecond is the least that counts.
        yield return Figure.AtMost("added p50 against nginx", Added(own.P50, direct.P50) / Added(nginx.P50, direct.P50), "x", 2.5);
        yield return Figure.AtMost("added p99 against nginx", Added(own.P99, direct.P99) / Added(nginx.P99, direct.P99), "x", 3);
        yield return Figure.AtMost("added stream p50 against nginx", Added(own.StreamP50, direct.StreamP50) / Added(nginx.StreamP50, direct.StreamP50), "x", 2.5);
        yield return Figure.AtMost("added stream p99 against nginx", Added(own.StreamP99, direct.StreamP99) / Added(nginx.StreamP99, direct.StreamP99), "x", 3);
        // On a quiet machine the bars of these are 0.15 and 0.5 ms; whether this one is, nothing here knows.
        yield return Figure.Shown("added p50", own.P50 - direct.P50, "ms");
        yield return Figure.Shown("added p99", own.P99 - direct.P99, "ms");
        yield return Figure.AtLeast("requests per CPU second against nginx", own.PerCpuSecond / nginx.PerCpuSecond, "x", 0.35);
    }

    private static double Added(double with, double without) => Math.Max(0.01, with - without);
}
