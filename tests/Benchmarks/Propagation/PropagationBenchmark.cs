using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using Operator.Api;
using Operator.Testing;

namespace Benchmarks.Propagation;

/// <summary>
/// How long a weight takes from the operator's write until every connected limiter applies it, and until the operator knows that. LIMITERS
/// sets how many there are, 1 000 by default. Three processes share the machine's cores: the API server with a pod for each limiter (this
/// one), the operator alone, so that its memory and CPU are its own, and all limiters' sides of the channel (<see cref="FollowerProcess"/>).
/// Where a cluster gives each limiter a core of another machine, here they wait for each other, and for the operator.
/// </summary>
internal static class PropagationBenchmark
{
    private const int WarmRounds = 3;
    private const int MostWarming = 40;
    private const int Rounds = 3;

    /// <summary>Milliseconds that the compiler of a warm process takes for a round at most.</summary>
    private const double Warm = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("LIMITERS") ?? "1000", CultureInfo.InvariantCulture);
        await using var cluster = await PropagationCluster.StartAsync();
        using var operation = Child.Start(ChannelOperatorProcess.Mode, ImageVariables.Of("operator"), cluster.Kubeconfig);
        var port = (await operation.ExpectAsync("listening", Patience))[0];
        await cluster.DeclareAsync();
        await cluster.CreatePodsAsync(count);
        await File.WriteAllTextAsync(Path.Combine(cluster.Mounts, FollowerProcess.PortFile), port.ToString(CultureInfo.InvariantCulture));
        using var followers = Child.Start(FollowerProcess.Mode, FollowerProcess.Variables, cluster.Mounts);
        await followers.ExpectAsync("following", Patience);
        await cluster.UntilAsync(d => d.Status is { Limiters: { } l } && l.Total >= count && l.Current == l.Total, "every limiter to be known");
        await output.WriteLineAsync(
            $"{count} limiters are connected: API server and pods in this process, the operator in one of its own, all limiters' channels in a third, on {Environment.ProcessorCount} cores");

        var written = new ConcurrentQueue<Written>();
        using var stop = new CancellationTokenSource();
        var recording = await WriteTimes.StartAsync(cluster.Client, PropagationCluster.Space, PropagationCluster.Name, written, stop.Token);
        var warming = await WarmAsync(cluster, operation, followers, count, output);
        await followers.TellAsync("forget");
        written.Clear();
        var before = await CompiledAsync(operation, followers);
        var costs = new List<(double Seconds, double Operator, double Followers)>();
        for (var round = warming + 1; round <= warming + Rounds; round++)
        {
            var number = round;
            costs.Add(await CostAsync(operation, followers, () => cluster.CanaryAsync(number, count)));
            costs.Add(await CostAsync(operation, followers, cluster.RollBackAsync));
        }
        var compiled = (await CompiledAsync(operation, followers)).Zip(before, (now, then) => now - then).Sum();
        await stop.CancelAsync();
        await recording;
        var idle = await IdleAsync(operation, followers);
        return
        [
            .. await SpreadReport.ReadAsync(cluster, operation, followers, [.. written], count, output),
            Figure.Shown("CPU of the operator for one change, beside idling", costs.Average(c => c.Operator - (c.Seconds * idle.Operator)) * 1_000, "ms"),
            Figure.Shown("CPU of all limiters' channels for one change, beside idling", costs.Average(c => c.Followers - (c.Seconds * idle.Followers)) * 1_000, "ms"),
            Figure.Shown("CPU of the operator while nothing changes", idle.Operator * 100, "% of a core"),
            Figure.Shown("CPU of all limiters' channels meanwhile", idle.Followers * 100, "% of a core"),
            Figure.Shown("compiler's time in all three processes meanwhile, for one change", compiled / costs.Count, "ms"),
            Figure.AtMost("RSS of the operator", operation.Rss, "MB", 500),
            Figure.Shown("load of the machine in the last minute, this benchmark's own with it", Load(), "threads that run or want to"),
        ];
    }

    /// <summary>
    /// The first changes of a process are mostly its compiler's work; an operator has run for days when it ships something. So changes are
    /// made, and not measured, until the compilers of all three processes have next to nothing to do for some rounds.
    /// </summary>
    private static async Task<int> WarmAsync(PropagationCluster cluster, Child operation, Child followers, int count, TextWriter output)
    {
        var before = await CompiledAsync(operation, followers);
        var warm = 0;
        for (var round = 1; ; round++)
        {
            await cluster.CanaryAsync(round, count);
            await cluster.RollBackAsync();
            // A compiler that waits for a pause finds one.
            if (warm > 0) await Task.Delay(Settling);
            var now = await CompiledAsync(operation, followers);
            var spent = now.Zip(before, (n, b) => n - b).ToList();
            before = now;
            warm = spent.Max() <= Warm ? warm + 1 : 0;
            if (round < MostWarming && warm < WarmRounds) continue;
            await output.WriteLineAsync(
                $"{round} rounds, which are not measured, have warmed the processes up; in the last, their compilers took {string.Join(", ", spent.Select(s => $"{s:0}"))} ms");
            return round;
        }
    }

    /// <summary>Milliseconds that the compilers of this process, the operator's and the followers' have taken.</summary>
    private static async Task<double[]> CompiledAsync(Child operation, Child followers)
    {
        await operation.TellAsync("compiled");
        await followers.TellAsync("compiled");
        return
        [
            JitInfo.GetCompilationTime().TotalMilliseconds,
            (await operation.ExpectAsync("compiled", Patience))[0],
            (await followers.ExpectAsync("compiled", Patience))[0],
        ];
    }

    /// <summary>The cores that both processes use while nothing changes.</summary>
    private static async Task<(double Operator, double Followers)> IdleAsync(Child operation, Child followers)
    {
        await Task.Delay(Settling);
        var (started, own, theirs) = (Stopwatch.GetTimestamp(), operation.Cpu, followers.Cpu);
        await Task.Delay(Idle);
        var passed = Stopwatch.GetElapsedTime(started);
        return ((operation.Cpu - own) / passed, (followers.Cpu - theirs) / passed);
    }

    /// <summary>The CPU seconds that both processes use for a change and a little longer.</summary>
    private static async Task<(double Seconds, double Operator, double Followers)> CostAsync(Child operation, Child followers, Func<Task> change)
    {
        await followers.TellAsync("collect");
        await followers.ExpectAsync("collected", Patience);
        var (started, own, theirs) = (Stopwatch.GetTimestamp(), operation.Cpu, followers.Cpu);
        await change();
        await Task.Delay(Settling);
        return (Stopwatch.GetElapsedTime(started).TotalSeconds, (operation.Cpu - own).TotalSeconds, (followers.Cpu - theirs).TotalSeconds);
    }

    private static double Load() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture)
        : double.NaN;
}
