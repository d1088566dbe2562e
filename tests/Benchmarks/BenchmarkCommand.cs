namespace Benchmarks;

/// <summary>Runs one benchmark by name and prints its figures as the last line of the output.</summary>
internal static class BenchmarkCommand
{
    private static readonly Dictionary<string, Func<TextWriter, Task<IReadOnlyList<Figure>>>> Benchmarks =
        new(StringComparer.Ordinal)
        {
            ["runtime"] = Runtime.RuntimeBenchmark.RunAsync,
            ["allocation"] = Allocation.AllocationBenchmark.RunAsync,
            ["gates"] = Gates.GatesBenchmark.RunAsync,
            ["propagation"] = Propagation.PropagationBenchmark.RunAsync,
            ["fairness"] = Fairness.FairnessBenchmark.RunAsync,
            ["fairness-virtual"] = Fairness.VirtualFairnessBenchmark.RunAsync,
            ["soak"] = Soak.SoakBenchmark.RunAsync,
            ["limiter"] = Limiter.LimiterBenchmark.RunAsync,
            ["large-bodies"] = Limiter.LargeBodies.LargeBodyBenchmark.RunAsync,
        };

    public static async Task<int> RunAsync(string[] args)
    {
        // The processes that benchmarks start beside themselves.
        if (args is [Runtime.ClusterProcess.Mode, var cluster]) return await Runtime.ClusterProcess.RunAsync(cluster);
        if (args is [Runtime.OperatorProcess.Mode, var client]) return await Runtime.OperatorProcess.RunAsync(client);
        if (args is [Propagation.ChannelOperatorProcess.Mode, var owned]) return await Propagation.ChannelOperatorProcess.RunAsync(owned);
        if (args is [Propagation.FollowerProcess.Mode, var followers]) return await Propagation.FollowerProcess.RunAsync(followers);
        if (args is [Limiter.UpstreamProcess.Mode, var certificate]) return await Limiter.UpstreamProcess.RunAsync(certificate);
        if (args is not [var name] || !Benchmarks.TryGetValue(name, out var benchmark))
        {
            await Console.Error.WriteLineAsync($"usage: Benchmarks NAME, where NAME is one of: {string.Join(", ", Benchmarks.Keys)}");
            return 2;
        }
        var figures = await benchmark(Console.Out);
        await Console.Out.WriteLineAsync(Figure.ToJson(name, figures));
        return figures.All(f => f.Holds) ? 0 : 1;
    }
}
