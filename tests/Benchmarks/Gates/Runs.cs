namespace Benchmarks.Gates;

/// <summary>What many runs of one scenario gave: the canary requests at the first Fail (or Pass) of each, or null.</summary>
internal sealed record Runs(IReadOnlyList<int?> At, int Horizon)
{
    /// <summary>Share of runs that ended.</summary>
    public double Share => (double)At.Count(a => a is not null) / At.Count;

    /// <summary>Canary requests by which that share of all runs has ended; the horizon when fewer did.</summary>
    public double Quantile(double share)
    {
        var ended = At.Select(a => (double)(a ?? Horizon)).Order().ToArray();
        return ended[Math.Max(0, (int)Math.Ceiling(share * ended.Length) - 1)];
    }

    public static Runs Of(int count, int seed, int horizon, Func<Draw, int, int?> run)
    {
        var at = new int?[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => at[i] = run(new Draw(((ulong)seed << 32) + (ulong)i), horizon));
        return new Runs(at, horizon);
    }
}
