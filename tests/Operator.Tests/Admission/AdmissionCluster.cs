using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Operator.Admission;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.LocalCluster;

namespace Operator.Tests.Admission;

/// <summary>A local cluster with the CRDs, the webhook configurations and some namespaces.</summary>
internal sealed class AdmissionCluster : IAsyncDisposable
{
    public const string OperatorNamespace = WebhookDeclarations.DefaultNamespace;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly KubernetesClientConfiguration _configuration;

    private AdmissionCluster(LocalClusterServer server, KubernetesClientConfiguration configuration)
    {
        (Server, _configuration) = (server, configuration);
        Client = NewClient();
    }

    public LocalClusterServer Server { get; }

    public KubernetesClient Client { get; }

    /// <summary>Warnings that the API server sent to <see cref="Client"/>.</summary>
    public ConcurrentQueue<string> Warnings { get; } = [];

    public static async Task<AdmissionCluster> StartAsync()
    {
        var server = await LocalClusterServer.StartAsync();
        var kubeconfig = Path.GetTempFileName();
        try
        {
            await server.WriteKubeconfigAsync(kubeconfig);
            var cluster = new AdmissionCluster(server, await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = kubeconfig }));
            var generic = new GenericClient(cluster.Client);
            foreach (var definition in ResourceDefinitions.Documents()) await generic.ApplyAsync(definition);
            await UntilAsync(async () => (await cluster.Client.ListAsync<V1CustomResourceDefinition>()).Items.All(d =>
                d.Status?.Conditions?.Any(c => c.Type == "Established" && c.Status == "True") == true));
            await cluster.NamespaceAsync(OperatorNamespace);
            await cluster.NamespaceAsync("team-a");
            await cluster.NamespaceAsync("opted-in", (Labels.Inject, "true"));
            foreach (var name in new[] { OperatorNamespace, "team-a", "opted-in" })
                await cluster.Client.CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = name } });
            await cluster.Client.CreateAsync(WebhookDeclarations.Validating());
            await cluster.Client.CreateAsync(WebhookDeclarations.Mutating());
            return cluster;
        }
        finally
        {
            File.Delete(kubeconfig);
        }
    }

    public KubernetesClient NewClient() => new(
        _configuration, new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default], FieldManager = "test", OnWarning = warning => Warnings.Enqueue(warning) });

    /// <summary>Leads webhook calls to an operator.</summary>
    public void Route(OperatorUnderTest? replica) => Route(replica?.Address);

    public void Route(IPEndPoint? address) => Server.MapWebhookService(OperatorNamespace, WebhookDeclarations.DefaultService, address);

    public async Task<OperatorUnderTest> StartOperatorAsync(string pod = "operator-0", TimeProvider? time = null)
    {
        await PodAsync(pod, OperatorNamespace);
        var replica = await OperatorUnderTest.StartAsync(this, pod, time);
        Route(replica);
        await UntilAsync(() => TrustsAsync(replica.Certificates.ServingAuthority!));
        return replica;
    }

    /// <summary>Whether all webhooks of both configurations trust an authority.</summary>
    public async Task<bool> TrustsAsync(string authority) => (await BundlesAsync()).All(bundle => bundle.Contains(authority.Trim(), StringComparison.Ordinal));

    public async Task<IReadOnlyList<string>> BundlesAsync()
    {
        var validating = await Client.GetAsync<V1ValidatingWebhookConfiguration>(WebhookDeclarations.DefaultName);
        var mutating = await Client.GetAsync<V1MutatingWebhookConfiguration>(WebhookDeclarations.DefaultName);
        return [.. validating!.Webhooks!.Select(w => w.ClientConfig.CaBundle).Concat(mutating!.Webhooks!.Select(w => w.ClientConfig.CaBundle))
            .Select(bundle => System.Text.Encoding.UTF8.GetString(bundle ?? []))];
    }

    public Task<V1Namespace> NamespaceAsync(string name, params (string Key, string Value)[] labels) => Client.CreateAsync(new V1Namespace
    {
        Metadata = new V1ObjectMeta { Name = name, Labels = labels.ToDictionary(p => p.Key, p => p.Value) },
    });

    public Task<V1Pod> PodAsync(string name, string @namespace, params (string Key, string Value)[] labels) => Client.CreateAsync(new V1Pod
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace, Labels = labels.ToDictionary(p => p.Key, p => p.Value) },
        Spec = new V1PodSpec { Containers = [new V1Container { Name = "app", Image = "registry.example/app:1" }] },
    });

    public Task<ClaudeQuota> QuotaAsync(string name, string @namespace = "team-a", Action<ClaudeQuotaSpec>? change = null)
    {
        var spec = new ClaudeQuotaSpec { Tier = Tier.Scale, CredentialsRef = new CredentialsReference { SecretName = "claude-api-key" } };
        change?.Invoke(spec);
        return Client.CreateAsync(new ClaudeQuota { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace }, Spec = spec });
    }

    public Task<ClaudeDeployment> DeploymentAsync(string name, string @namespace = "team-a", string quota = "support-tools", Action<ClaudeDeploymentSpec>? change = null)
    {
        var spec = new ClaudeDeploymentSpec
        {
            Model = "claude-sonnet-5-5",
            Prompt = new PromptReference { Name = "triage", Version = "v1" },
            QuotaRef = new QuotaReference { Name = quota },
        };
        change?.Invoke(spec);
        return Client.CreateAsync(new ClaudeDeployment { Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = @namespace }, Spec = spec });
    }

    /// <summary>The CRDs take everything: as if they were those of a version that knew less.</summary>
    public async Task LoosenAsync(string plural)
    {
        await Client.PatchAsync<V1CustomResourceDefinition>(
            plural + "." + ApiGroup.Name, null, KubernetesPatch.Merge((JsonObject)JsonNode.Parse(
                """
                {"spec":{"versions":[{"name":"v1alpha1","served":true,"storage":true,"subresources":{"status":{}},
                 "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
                """)!));
    }

    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!await condition())
        {
            if (DateTime.UtcNow > deadline) throw new TimeoutException("What was waited for did not come.");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
