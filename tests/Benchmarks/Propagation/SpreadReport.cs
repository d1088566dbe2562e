namespace Benchmarks.Propagation;

/// <summary>Puts together what the three processes noted.</summary>
internal static class SpreadReport
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<IReadOnlyList<Figure>> ReadAsync(
        PropagationCluster cluster, Child operation, Child followers, IReadOnlyList<Written> written, int count, TextWriter output)
    {
        await operation.TellAsync("report");
        var known = await operation.ExpectAsync("known", Patience);
        var sent = await operation.ExpectAsync("sent", Patience);
        var acknowledged = await operation.ExpectAsync("acknowledged", Patience);
        await followers.TellAsync("report");
        var requests = cluster.Writes();
        var spreads = new Dictionary<string, (Spread Applied, Spread Acknowledged)>(StringComparer.Ordinal);
        var weight = 0;
        for (var i = 0; i < written.Count; i++)
        {
            var at = requests.Where(r => r <= written[i].Seen).DefaultIfEmpty(written[i].Seen).Max();
            var end = i + 1 < written.Count ? requests.Where(r => r <= written[i + 1].Seen).Max() : double.MaxValue;
            double[] Within(double[] times) => [.. times.Where(t => t >= at && t < end).Select(t => (t - at) / 1_000)];
            var applied = (await followers.ExpectAsync($"applied-{written[i].Generation}", Patience)).Select(t => (t - at) / 1_000).ToArray();
            var what = written[i].Weight > weight ? "weight change" : written[i].Weight < weight ? "rollback" : null;
            weight = written[i].Weight;
            await output.WriteLineAsync(
                $"generation {written[i].Generation}, {what ?? "same weight"} ({weight / 100.0:0.##} %): known to the operator after {Within(known).DefaultIfEmpty(-1).Min():0.0} ms, "
                + $"sent {new Spread(Within(sent))}; applied {new Spread(applied)}; acknowledged {new Spread(Within(acknowledged))}; "
                + $"API requests of the operator in the first second: {cluster.RequestsBetween(at, at + 1_000_000)}");
            if (what is null) continue;
            var (a, c) = spreads.GetValueOrDefault(what, (new Spread([]), new Spread([])));
            spreads[what] = (a.With(applied), c.With(Within(acknowledged)));
        }
        var counts = await followers.ExpectAsync("end", Patience);
        await output.WriteLineAsync($"{counts[0]} reports were answered, {counts[1]} were not");
        if (spreads.Count < 2) throw new InvalidOperationException("No weight was written.");
        return [.. spreads.SelectMany(s => Figures(s.Key, s.Value.Applied, s.Value.Acknowledged, count))];
    }

    private static IEnumerable<Figure> Figures(string what, Spread applied, Spread acknowledged, int count) =>
    [
        Figure.AtLeast($"{what}: limiters that applied it, the fewest of a round", applied.Fewest, "limiters", count),
        Figure.Shown($"{what}: applied, p50", applied.Quantile(0.5), "ms"),
        Figure.Shown($"{what}: applied, p99", applied.Quantile(0.99), "ms"),
        Figure.Shown($"{what}: applied, last", applied.Quantile(1), "ms"),
        Figure.AtLeast($"{what}: limiters that confirmed it, the fewest of a round", acknowledged.Fewest, "limiters", count),
        Figure.Shown($"{what}: confirmed, p50", acknowledged.Quantile(0.5), "ms"),
        Figure.AtMost($"{what}: confirmed, p99", acknowledged.Quantile(0.99), "ms", 250),
        Figure.Shown($"{what}: confirmed, last", acknowledged.Quantile(1), "ms"),
    ];
}

/// <summary>Times of many limiters, of one round or of several.</summary>
/// <param name="times">In milliseconds.</param>
internal sealed class Spread(IReadOnlyList<double> times)
{
    private readonly double[] _times = [.. times.Order()];

    /// <summary>How many there were in the round that had fewest.</summary>
    public int Fewest { get; private init; } = times.Count;

    /// <summary>The time within which a part of the limiters was ready.</summary>
    public double Quantile(double part) => _times.Length == 0 ? double.PositiveInfinity : _times[Math.Max(0, (int)Math.Ceiling(part * _times.Length) - 1)];

    /// <summary>Together with another round.</summary>
    public Spread With(IReadOnlyList<double> round) => new([.. _times, .. round]) { Fewest = _times.Length == 0 ? round.Count : Math.Min(Fewest, round.Count) };

    public override string ToString() => $"{_times.Length} times, p50 {Quantile(0.5):0.0}, p99 {Quantile(0.99):0.0}, last {Quantile(1):0.0} ms";
}
