namespace Benchmarks.Limiter;

/// <summary>What the measurements say. The limiter is held against nginx and against its own bars; the others are shown.</summary>
internal static class LimiterFigures
{
    private const string Own = "limiter";

    private static readonly (string Name, double Bar, Func<Measured, double> Time)[] Times =
        [("p50", 2.5, m => m.P50), ("p99", 3, m => m.P99), ("stream p50", 2.5, m => m.StreamP50), ("stream p99", 3, m => m.StreamP99)];

    public static IReadOnlyList<Figure> Of(IReadOnlyDictionary<string, IReadOnlyList<Measured>> results, IReadOnlyDictionary<string, Memory> memory, TimeSpan started, double streaming)
    {
        var figures = new List<Figure>();
        foreach (var (name, rounds) in results) figures.AddRange(Shown(name, Measured.Median(rounds)));
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

    private static IEnumerable<Figure> Against(IReadOnlyList<Measured> nginx, IReadOnlyList<Measured> own, IReadOnlyList<Measured> direct)
    {
        foreach (var (name, bar, time) in Times)
        {
            double Ratio(IReadOnlyList<int> rounds)
            {
                double Of(IReadOnlyList<Measured> target) => time(Measured.Median([.. rounds.Select(r => target[r])]));
                return Added(Of(own), Of(direct)) / Added(Of(nginx), Of(direct));
            }
            var (low, high) = Resampling.NineOfTen(direct.Count, Ratio);
            yield return Figure.AtMost($"added {name} against nginx", Ratio([.. Enumerable.Range(0, direct.Count)]), "x", bar);
            yield return Figure.Shown($"added {name} against nginx, nine of ten resampled runs from", low, "x");
            yield return Figure.Shown($"added {name} against nginx, nine of ten resampled runs to", high, "x");
        }
        var (theirs, ours, none) = (Measured.Median(nginx), Measured.Median(own), Measured.Median(direct));
        // On a quiet machine the bars of these are 0.15 and 0.5 ms; whether this one is, nothing here knows.
        yield return Figure.Shown("added p50", ours.P50 - none.P50, "ms");
        yield return Figure.Shown("added p99", ours.P99 - none.P99, "ms");
        yield return Figure.AtLeast("requests per CPU second against nginx", ours.PerCpuSecond / theirs.PerCpuSecond, "x", 0.35);
    }

    // Where nginx adds next to nothing, a ratio to it says nothing: a hundredth of a millisecond is the least that counts.
    private static double Added(double with, double without) => Math.Max(0.01, with - without);
}
