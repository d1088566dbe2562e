using System.Text;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.LocalCluster;
using Operator.LocalCluster.Faults;

namespace Benchmarks.Runtime;

/// <summary>The process with the cluster: it loads the objects and counts requests when it is told to.</summary>
internal static class ClusterProcess
{
    public const string Mode = "runtime-cluster";
    private const int ObjectBytes = 2_048;

    public static async Task<int> RunAsync(string kubeconfig)
    {
        await using var cluster = await LocalClusterServer.StartAsync();
        await cluster.WriteKubeconfigAsync(kubeconfig);
        await LoadAsync(kubeconfig);
        Console.WriteLine("loaded");
        while (await Console.In.ReadLineAsync() is { } word and not "stop")
        {
            if (word == "count")
            {
                cluster.Faults.Requests.Clear();
                Console.WriteLine("counting");
            }
            else if (word == "report")
            {
                var expected = new RequestMatch { Where = r => r.Verb == "watch" || r.Resource == "leases" };
                var requests = cluster.Faults.Requests.Snapshot();
                foreach (var other in requests.Where(r => !expected.Matches(r))) Console.WriteLine($"{other.Method} {other.Path}");
                Console.WriteLine($"requests {requests.Count(r => !expected.Matches(r))} {requests.Count(expected.Matches)}");
            }
        }
        return 0;
    }

    private static async Task LoadAsync(string kubeconfig)
    {
        using var client = new KubernetesClient(await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = kubeconfig }));
        var filler = new Random(1);
        var contents = Enumerable.Range(0, RuntimeBenchmark.Objects).Select(_ => Text(filler, ObjectBytes)).ToArray();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, RuntimeBenchmark.Objects),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, cancellationToken) => await client.CreateAsync(
                new V1ConfigMap
                {
                    Metadata = new V1ObjectMeta { Name = $"object-{i}", NamespaceProperty = "default" },
                    Data = new Dictionary<string, string> { ["content"] = contents[i] },
                },
                cancellationToken: cancellationToken));
    }

    private static string Text(Random random, int length)
    {
        var text = new StringBuilder(length);
        for (var i = 0; i < length; i++) text.Append((char)random.Next('a', 'z' + 1));
        return text.ToString();
    }
}
