namespace Benchmarks.Runtime;

/// <summary>
/// The runtime at 10 000 objects of 2 KB: the cluster and the operator run in processes of their own, so that the operator's memory
/// and time are its own.
/// </summary>
internal static class RuntimeBenchmark
{
    public const int Objects = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<IReadOnlyList<Figure>> RunAsync(TextWriter output)
    {
        var kubeconfig = Path.Combine(Path.GetTempPath(), $"runtime-benchmark-{Environment.ProcessId}.yaml");
        try
        {
            using var cluster = Child.Start(ClusterProcess.Mode, kubeconfig);
            await cluster.ExpectAsync("loaded", Patience);
            await output.WriteLineAsync($"a cluster with {Objects} objects is up; the operator starts in a process of its own");

            using var client = Child.Start(OperatorProcess.Mode, kubeconfig);
            var sync = await client.ExpectAsync("synced", Patience);
            var reconciled = await client.ExpectAsync("reconciled", Patience);
            await cluster.TellAsync("count");
            await cluster.ExpectAsync("counting", Patience);
            await output.WriteLineAsync("now 60 idle seconds");
            var idle = await client.ExpectAsync("idle", Patience);
            await cluster.TellAsync("report");
            var requests = await cluster.ExpectAsync("requests", Patience);
            await client.TellAsync("stop");
            await cluster.TellAsync("stop");

            return
            [
                Figure.AtMost("initial sync", sync[0], "s", 5),
                Figure.AtLeast("no-op reconciles", reconciled[0], "1/s", 2_000),
                Figure.AtMost("RSS of the operator after the sync", reconciled[1], "MB", 250),
                Figure.AtMost("RSS of the operator after 60 idle seconds", idle[0], "MB", 250),
                Figure.AtMost("requests in 60 idle seconds beside lease and watches", requests[0], "", 0),
                Figure.Shown("lease and watch requests in the same time", requests[1], ""),
                Figure.AtLeast("queue: add, get, done with 4 workers", await QueueBenchmark.MeasureAsync(), "1/s", 200_000),
            ];
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }
}
