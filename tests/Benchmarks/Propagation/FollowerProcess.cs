using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Runtime;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Limiter.Channel;
using Operator.Limiter.Hosting;

namespace Benchmarks.Propagation;

/// <summary>
/// The process with the limiters' side of the channel: for each pod a limiter's state and its channel, that is its own connection with TLS
/// and the pod's token, its stream, its checks of what arrives, its gates and its reports. What serves apps is left out: two listeners each.
/// </summary>
internal static class FollowerProcess
{
    public const string Mode = "propagation-followers";

    /// <summary>
    /// Its heap holds a thousand limiters, which have one each otherwise: a collection, of some tens of milliseconds, stops them all where it
    /// would stop one for less than one. So it may grow between two, and is collected before a change that is measured.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string> { ["DOTNET_GCgen0size"] = "8000000" };

    /// <summary>The file, in the folder, with the port of the operator's channel.</summary>
    public const string PortFile = "port";

    /// <summary>The only deployment.</summary>
    public const string Deployment = "ticket-triage";

    /// <param name="folder">The folder with a folder for each pod: what the kubelet would mount.</param>
    public static async Task<int> RunAsync(string folder)
    {
        var operators = new IPEndPoint(IPAddress.Loopback, int.Parse(await File.ReadAllTextAsync(Path.Combine(folder, PortFile)), CultureInfo.InvariantCulture));
        var applied = new ConcurrentDictionary<long, ConcurrentQueue<long>>();
        using var complaints = new Complaints();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(complaints));
        var limiters = new List<(LimiterState State, OperatorChannel Channel)>();
        var following = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var pods = Directory.GetDirectories(folder).Order(StringComparer.Ordinal).ToList();
        foreach (var pod in pods)
        {
            var options = new LimiterOptions
            {
                Directory = pod, PodNamespace = PropagationCluster.Space, PodName = Path.GetFileName(pod),
                Operator = new Uri("https://claude-operator-limiters.claude-operator-system.svc"), OperatorEndPoint = () => operators,
            };
            var state = new LimiterState(options, TimeProvider.System, loggers, Stream.Null, Random.Shared);
            var channel = OperatorChannel.Start(state, loggers)!;
            var last = 0L;
            state.Configuration.Changed += snapshot =>
            {
                var generation = snapshot.Find(Deployment)?.Configuration.Generation ?? 0;
                // Other news, such as a refused configuration, come with the generation that is in force already.
                var before = Interlocked.Exchange(ref last, generation);
                if (before == generation) return;
                applied.GetOrAdd(generation, _ => []).Enqueue(Stamp.Now);
                if (before == 0 && Interlocked.Increment(ref following) == pods.Count) all.SetResult();
            };
            limiters.Add((state, channel));
            // Pods do not start at one moment.
            await Task.Delay(2);
        }
        await all.Task;
        Console.WriteLine("following");
        while (await Console.In.ReadLineAsync() is { } word and not "stop")
        {
            if (word == "forget") applied.Clear();
            if (word == "collect")
            {
                GC.Collect();
                Console.WriteLine("collected");
            }
            if (word == "compiled") Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"compiled {JitInfo.GetCompilationTime().TotalMilliseconds}"));
            if (word != "report") continue;
            foreach (var (generation, times) in applied.OrderBy(a => a.Key)) Console.WriteLine($"applied-{generation} " + string.Join(' ', times));
            foreach (var line in complaints.Lines()) Console.WriteLine(line);
            Console.WriteLine($"end {limiters.Sum(l => l.State.Channel.Answered)} {limiters.Sum(l => l.State.Channel.Failed)}");
        }
        // They leave as limiters of killed pods do: without a word.
        return 0;
    }
}
