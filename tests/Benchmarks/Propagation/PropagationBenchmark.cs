using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Local.Platform;
using Operator.Limiter.Hosting;

namespace Benchmarks.Propagation;

/// <summary>
/// How long a weight takes from the operator's write to every connected limiter: a real operator on a local cluster, and real limiters
/// that follow its channel, each a pod, all in this process and on its cores. LIMITERS sets how many there are, 100 by default:
/// pods, limiters, operator and API server share two or more cores here, where a cluster gives each its own.
/// </summary>
internal static class PropagationBenchmark
{
    private const string Space = "support";
    private const string Name = "ticket-triage";

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("LIMITERS") ?? "100", CultureInfo.InvariantCulture);
        var applied = new ConcurrentDictionary<long, ConcurrentBag<long>>();
        var limiters = 0;
        void Started(LimiterHost host)
        {
            Interlocked.Increment(ref limiters);
            var last = 0L;
            host.State.Configuration.Changed += snapshot =>
            {
                // Other news, such as a refused file, come with the generation that is in force already.
                if (snapshot.Find(Name)?.Configuration.Generation is { } generation && Interlocked.Exchange(ref last, generation) != generation)
                    applied.GetOrAdd(generation, _ => []).Add(Stopwatch.GetTimestamp());
            };
        }
        await using var platform = await LocalPlatform.StartAsync(new LocalOptions { LimiterStarted = Started }, CancellationToken.None);
        await platform.InstallAsync(null, _ => { }, CancellationToken.None);
        await Scale(platform, count);
        await LocalPlatform.UntilAsync(() => Task.FromResult(Volatile.Read(ref limiters) >= count), "the limiters to start", CancellationToken.None, TimeSpan.FromMinutes(15));
        await Until(platform, d => d.Status is { Phase: Phase.Healthy, Limiters: { } l } && l.Total >= count && l.Current == l.Total, "every limiter to hold the configuration");
        await output.WriteLineAsync($"{count} limiters are connected");

        using var stop = new CancellationTokenSource();
        var written = new ConcurrentDictionary<long, (long At, string What)>();
        var recording = WriteTimes.RecordAsync(platform.Client, Space, Name, written, stop.Token);
        await Ship(platform, "v15");
        await Until(platform, d => d.Status is { Canary: not null } s && s.Weight?.Desired?.ToString() == "10%", "the canary to get its first traffic");
        await Task.Delay(2_000);
        await Abort(platform);
        await Until(platform, d => d.Status?.Phase == Phase.RolledBack, "the canary to lose its traffic");
        await Task.Delay(5_000);
        await stop.CancelAsync();
        await recording;
        return await Figures(written, applied, count, output);
    }

    private static async Task<IReadOnlyList<Figure>> Figures(
        ConcurrentDictionary<long, (long At, string What)> written, ConcurrentDictionary<long, ConcurrentBag<long>> applied, int count, TextWriter output)
    {
        var figures = new List<Figure>();
        foreach (var (generation, (at, what)) in written.OrderBy(w => w.Key))
        {
            var times = applied.GetValueOrDefault(generation)?.Select(t => Math.Max(0, (t - at) * 1_000.0 / Stopwatch.Frequency)).Order().ToList() ?? [];
            await output.WriteLineAsync($"generation {generation} ({what}): {times.Count} of {count} limiters");
            if (times.Count == 0 || what == "seen before") continue;
            figures.Add(Figure.AtLeast($"{what}: limiters that applied it", times.Count, "limiters", count));
            figures.Add(Figure.Shown($"{what}: p50", times[times.Count / 2], "ms"));
            figures.Add(Figure.AtMost($"{what}: p99", times[Math.Min(times.Count - 1, times.Count * 99 / 100)], "ms", 250));
            figures.Add(Figure.Shown($"{what}: last", times[^1], "ms"));
        }
        if (figures.Count == 0) throw new InvalidOperationException("No weight was written.");
        return figures;
    }

    private static async Task Scale(LocalPlatform platform, int count)
    {
        var tool = EmbeddedManifests.Read("local.tools").First(d => (string?)d["metadata"]?["name"] == Name);
        tool["spec"]!["replicas"] = count;
        await platform.ApplyAsync(tool, CancellationToken.None);
    }

    private static async Task Ship(LocalPlatform platform, string version)
    {
        var document = EmbeddedManifests.Read("local.deployments").First(d => (string?)d["metadata"]?["name"] == Name);
        document["spec"]!["prompt"]!["version"] = version;
        // Nothing but the channel is measured: no eval before, and a step that lasts until it is aborted.
        document["spec"]!.AsObject().Remove("gates");
        document["spec"]!["canary"]!["steps"] = new JsonArray(new JsonObject { ["weight"] = 10, ["hold"] = "1h" });
        document["spec"]!["progressDeadline"] = "3h";
        await platform.ApplyAsync(document, CancellationToken.None);
    }

    private static async Task Abort(LocalPlatform platform)
    {
        var deployment = (await platform.Client.GetAsync<ClaudeDeployment>(Name, Space))!;
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [Annotations.Abort] = deployment.Status!.Canary!.Revision } },
        };
        await platform.Client.PatchAsync<ClaudeDeployment>(Name, Space, Operator.Kubernetes.KubernetesPatch.Merge(patch));
    }

    private static Task Until(LocalPlatform platform, Func<ClaudeDeployment, bool> condition, string what) => LocalPlatform.UntilAsync(
        async () => await platform.Client.GetAsync<ClaudeDeployment>(Name, Space) is { } d && condition(d), what, CancellationToken.None, TimeSpan.FromMinutes(10));
}
