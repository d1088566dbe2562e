using System.Text;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Local.Platform;
using Operator.Contract;
using Operator.Injection;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.LocalCluster;
using Operator.LocalCluster.Controllers;
using Operator.Rollouts.Configuration;
using Operator.Runtime.Caching;

namespace Benchmarks.Propagation;

/// <summary>
/// The cluster, in the benchmark's own process: an API server with the organization, one deployment, and a pod for each limiter as the
/// webhook would have made it, with its own token. No node runs the pods: their limiters are the followers.
/// </summary>
internal sealed class PropagationCluster : IAsyncDisposable
{
    public const string Space = "support";
    public const string Name = FollowerProcess.Deployment;
    private const string Bundle = "claude-operator-ca-bundle";
    private readonly DirectoryInfo _folder;
    private readonly LocalClusterServer _cluster;
    private readonly KubernetesClient _client;
    private readonly GenericClient _objects;

    private PropagationCluster(LocalClusterServer cluster, KubernetesClient client, DirectoryInfo folder) =>
        (_cluster, _client, _objects, _folder) = (cluster, client, new GenericClient(client), folder);

    public IKubernetesClient Client => _client;

    public string Kubeconfig => Path.Combine(_folder.FullName, "kubeconfig");

    /// <summary>A folder for each pod, with what the kubelet would mount.</summary>
    public string Mounts => Path.Combine(_folder.FullName, "pods");

    public static async Task<PropagationCluster> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("propagation-");
        var cluster = await LocalClusterServer.StartAsync(
            new LocalClusterOptions { Controllers = ClusterControllers.Namespaces | ClusterControllers.ServiceAccounts | ClusterControllers.GarbageCollector });
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        await cluster.WriteKubeconfigAsync(kubeconfig);
        var client = new KubernetesClient(
            await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = kubeconfig }),
            new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default], FieldManager = "kubectl-claude", UserAgent = "benchmark" });
        var own = new PropagationCluster(cluster, client, folder);
        foreach (var document in EmbeddedManifests.Read("config.crd.").Concat(EmbeddedManifests.Read("config.manager.namespace"))) await own.ApplyAsync(document);
        return own;
    }

    /// <summary>Declares the organization and the deployment, its first version without a gate, and waits until it serves.</summary>
    public async Task DeclareAsync()
    {
        foreach (var document in EmbeddedManifests.Read("local.organization")) await ApplyAsync(document);
        await ShipAsync(0);
        await UntilAsync(d => d.Status?.Phase == Phase.Healthy, "the first version to serve");
    }

    /// <summary>Ships a version, and waits until the operator's record says that every limiter gives it 10 %.</summary>
    public async Task CanaryAsync(int version, int limiters)
    {
        await ShipAsync(version);
        await UntilAsync(
            d => d.Status is { Canary: not null, Weight: { } w, Limiters: { } l } && w.Acknowledged?.ToString() == "10%" && l.Current >= limiters,
            "every limiter to confirm the canary's weight");
    }

    /// <summary>Aborts the canary, as people do, and waits until it has lost its traffic.</summary>
    public async Task RollBackAsync()
    {
        var deployment = (await _client.GetAsync<ClaudeDeployment>(Name, Space))!;
        var annotations = new JsonObject { [Annotations.Abort] = deployment.Status!.Canary!.Revision };
        await _client.PatchAsync<ClaudeDeployment>(Name, Space, KubernetesPatch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } }));
        await UntilAsync(d => d.Status?.Phase == Phase.RolledBack, "the canary to lose its traffic");
    }

    /// <summary>Makes pods, and for each what its limiter finds in its volume.</summary>
    public async Task CreatePodsAsync(int count)
    {
        var deployment = (await _client.GetAsync<ClaudeDeployment>(Name, Space))!;
        var quotas = (await _client.ListAsync<ClaudeQuota>()).Items.ToDictionary(ObjectKey.Of);
        var options = new InjectionOptions { OperatorAddress = new Uri("https://claude-operator-limiters.claude-operator-system.svc") };
        await LocalPlatform.UntilAsync(
            async () => await _client.GetAsync<V1ConfigMap>(Bundle, Space) is { Data: { } data } && data.ContainsKey(LimiterPod.AuthorityFile),
            "the operator to tell whom limiters trust", CancellationToken.None);
        var authority = (await _client.GetAsync<V1ConfigMap>(Bundle, Space))!.Data![LimiterPod.AuthorityFile];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancellation) =>
        {
            var pod = PodInjection.Inject(Plain(i), options, Space, [deployment], quotas.GetValueOrDefault).Pod!;
            pod = await _client.CreateAsync(pod, cancellationToken: cancellation);
            pod.Status = new V1PodStatus { Phase = "Running" };
            await _client.UpdateStatusAsync(pod, cancellationToken: cancellation);
            var mount = Path.Combine(Mounts, pod.Metadata.Name!);
            Directory.CreateDirectory(mount);
            await File.WriteAllTextAsync(Path.Combine(mount, LimiterPod.TokenFile), await TokenAsync(pod, options.TokenAudience, cancellation), cancellation);
            await File.WriteAllTextAsync(Path.Combine(mount, LimiterPod.AuthorityFile), authority, cancellation);
        });
    }

    /// <summary>When requests that write the limiters' ConfigMap reached the API server.</summary>
    public IReadOnlyList<long> Writes() =>
    [
        .. _cluster.Faults.Requests.Snapshot()
            .Where(r => r is { Verb: "patch", Resource: "configmaps", Namespace: Space } && r.Name == LimiterConfigMap.Name(Name))
            .Select(r => Stamp.Of(r.Time)),
    ];

    /// <summary>How many requests of the operator reached the API server between two moments.</summary>
    public int RequestsBetween(long from, long to) => _cluster.Faults.Requests.Snapshot().Count(r => r.UserAgent == "claude-operator" && Stamp.Of(r.Time) >= from && Stamp.Of(r.Time) < to);

    public Task UntilAsync(Func<ClaudeDeployment, bool> condition, string what) => LocalPlatform.UntilAsync(
        async () => await _client.GetAsync<ClaudeDeployment>(Name, Space) is { } d && condition(d), what, CancellationToken.None, TimeSpan.FromMinutes(3));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>Declares a version: no evals, and a step of 10 % that lasts until it is aborted.</summary>
    private async Task ShipAsync(int version)
    {
        var prompt = (JsonObject)EmbeddedManifests.Read("local.prompts").First(d => (string?)d["metadata"]?["name"] == Name + "-v14").DeepClone();
        prompt["metadata"]!["name"] = $"{Name}-r{version}";
        prompt["metadata"]!["labels"]![Labels.PromptVersion] = $"r{version}";
        prompt["data"]!["system"] = (string?)prompt["data"]!["system"] + $"This is version {version}.\n";
        await ApplyAsync(prompt);
        var document = EmbeddedManifests.Read("local.deployments").First(d => (string?)d["metadata"]?["name"] == Name);
        document["spec"]!["prompt"]!["version"] = $"r{version}";
        document["spec"]!.AsObject().Remove("gates");
        document["spec"]!["canary"]!["steps"] = new JsonArray(new JsonObject { ["weight"] = 10, ["hold"] = "1h" });
        document["spec"]!["progressDeadline"] = "3h";
        await ApplyAsync(document);
    }

    private Task<JsonObject> ApplyAsync(JsonObject document) => _objects.ApplyAsync(document, new PatchOptions { FieldManager = "kubectl-claude", Force = true });

    private static V1Pod Plain(int number) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = $"{Name}-{number:0000}",
            NamespaceProperty = Space,
            Labels = new Dictionary<string, string> { ["app"] = Name, [Labels.Inject] = "true" },
            Annotations = new Dictionary<string, string> { [InjectionMarks.Deployments] = Name },
        },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "app", Image = "app" }] },
    };

    private async Task<string> TokenAsync(V1Pod pod, string audience, CancellationToken cancellationToken)
    {
        var reference = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = pod.Metadata.Name, ["uid"] = pod.Metadata.Uid };
        var body = new JsonObject
        {
            ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenRequest",
            ["spec"] = new JsonObject { ["audiences"] = new JsonArray(audience), ["expirationSeconds"] = 3_600, ["boundObjectRef"] = reference },
        };
        var request = new ApiRequest(HttpMethod.Post, $"api/v1/namespaces/{Space}/serviceaccounts/default/token") { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
        return (string)(await _client.SendJsonAsync(request, cancellationToken))["status"]!["token"]!;
    }
}
