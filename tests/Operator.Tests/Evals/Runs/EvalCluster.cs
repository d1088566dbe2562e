using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Api;

using Operator.Contract;
using Operator.Evals;
using Operator.Evals.Running;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.LocalCluster;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.Node;
using Operator.Rollouts.Revisions;
using Operator.Runtime.Hosting;
using Operator.Tests.Evals.Running;
using Operator.Tests.Manifests;
using static Operator.Tests.Evals.EvalObjects;

namespace Operator.Tests.Evals.Runs;

/// <summary>A local cluster with a node that runs the eval command in this process, the operator's evals, and a Messages API.</summary>
internal sealed class EvalCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private readonly LocalClusterServer _server;
    private readonly IHost _host;
    private readonly string _folder;

    private EvalCluster(LocalClusterServer server, KubernetesClient client, IHost host, FakeMessages api, string folder)
    {
        _server = server;
        Client = client;
        _host = host;
        Api = api;
        _folder = folder;
    }

    public KubernetesClient Client { get; }

    public FakeMessages Api { get; }

    public IEvalRuns Runs => _host.Services.GetRequiredService<IEvalRuns>();

    /// <summary>Starts it, with a namespace, both revisions and no deployment.</summary>
    public static async Task<EvalCluster> StartAsync(Operator.Evals.Providers.HttpEvaluator? evaluator = null)
    {
        var token = TestContext.Current.CancellationToken;
        var folder = Directory.CreateTempSubdirectory("evals-").FullName;
        var api = await FakeMessages.StartAsync();
        var options = new LocalClusterOptions
        {
            Controllers = ClusterControllers.Jobs | ClusterControllers.GarbageCollector,
            Node = new NodeOptions(),
            JobBackoff = TimeSpan.FromMilliseconds(50),
        };
        options.Node.Handlers.Register("example/claude-operator", (context, stop) => EvaluateAsync(context, api.Address, folder, stop));
        options.Node.Handlers.Register("example/house", static (context, _) => Task.FromResult(new ContainerExit(
            0, $$"""{"revision":"{{context.Environment["CLAUDE_REVISION"]}}","passed":19,"total":20}""")));
        var server = await LocalClusterServer.StartAsync(options, token);
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        await server.WriteKubeconfigAsync(kubeconfig, token);
        var configuration = await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = kubeconfig }, token);
        var client = new KubernetesClient(configuration, new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default] });
        var generic = new GenericClient(client);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(ConfigFolder.Path, "crd"), "claudeops.dev_*.yaml").Order(StringComparer.Ordinal))
            await generic.ApplyAsync(Operator.Kubernetes.Yaml.KubernetesYaml.ParseObject(await File.ReadAllTextAsync(file, token)), new PatchOptions { FieldManager = "test" });
        await client.CreateAsync(new V1Namespace { ApiVersion = "v1", Kind = "Namespace", Metadata = new V1ObjectMeta { Name = Namespace } }, cancellationToken: token);
        foreach (var revision in (RevisionConfiguration[])[Candidate, Stable])
            await client.CreateAsync(Identified(RevisionConfigMap.Render(Namespace, Name, revision)), cancellationToken: token);

        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        if (evaluator is not null) builder.Services.AddSingleton(evaluator);
        builder.Services.AddKubernetesOperator(o =>
        {
            o.Name = "claude-operator";
            o.Cluster = configuration;
            o.JsonContexts.Add(ApiJsonContext.Default);
        }).AddEvals(_ => _ => [new PriceTier { Input = 1000, CacheRead = 100, CacheWrite5m = 0, CacheWrite1h = 0, Output = 10_000 }], o =>
        {
            o.Image = "example/claude-operator:1";
            o.JobRetries = 0;
        });
        var host = builder.Build();
        var cluster = new EvalCluster(server, client, host, api, folder);
        await EventuallyAsync(async () => await Listed<ClaudeEvalRun>(client) && await Listed<ClaudeDeployment>(client), "the kinds are served");
        await host.StartAsync(token);
        return cluster;
    }

    public Task SuiteAsync(params string[] lines) => ApplySuiteAsync(lines);

    public async Task<ClaudeDeployment> DeployAsync(RevisionConfiguration? stable, params EvalGate[] gates)
    {
        var deployment = Deployment(gates);
        deployment.Metadata.Uid = null;
        var created = await Client.CreateAsync(deployment, cancellationToken: TestContext.Current.CancellationToken);
        if (stable is null) return created;
        created.Status.Stable = new RevisionStatus { Revision = stable.Revision };
        return await Client.UpdateStatusAsync(created, cancellationToken: TestContext.Current.CancellationToken);
    }

    public Task<string> EnsureAsync(ClaudeDeployment deployment, EvalGate gate, int attempt = 0) =>
        Runs.EnsureAsync(deployment, Candidate, attempt, gate, TestContext.Current.CancellationToken);

    public async Task<ClaudeEvalRun> EndedAsync(string name) =>
        await UntilAsync(name, r => r.Status.Phase is EvalPhase.Completed or EvalPhase.Cancelled, "it has ended");

    public async Task<ClaudeEvalRun> UntilAsync(string name, Func<ClaudeEvalRun, bool> condition, string what)
    {
        ClaudeEvalRun? run = null;
        await EventuallyAsync(
            async () => (run = await Client.GetAsync<ClaudeEvalRun>(name, Namespace, TestContext.Current.CancellationToken)) is not null && condition(run),
            what, () => run is null ? "no run" : Text(run.Status));
        return run!;
    }

    public static async Task EventuallyAsync(Func<Task<bool>> condition, string what, Func<string>? state = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!await condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"waited for: {what}; last seen: {state?.Invoke()}");
            await Task.Delay(40, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
        await Api.DisposeAsync();
        await _server.DisposeAsync();
        Client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> Listed<T>(KubernetesClient client)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            await client.ListAsync<T>(new ListOptions { Namespace = Namespace }, TestContext.Current.CancellationToken);
            return true;
        }
        catch (KubernetesException exception) when (exception.IsNotFound)
        {
            return false;
        }
    }

    private async Task ApplySuiteAsync(string[] lines)
    {
        var map = new V1ConfigMap
        {
            ApiVersion = "v1",
            Kind = "ConfigMap",
            Metadata = new V1ObjectMeta { Name = "triage-evals", NamespaceProperty = Namespace },
            Data = new Dictionary<string, string> { ["cases.jsonl"] = string.Join('\n', lines) },
        };
        await Client.PatchAsync<V1ConfigMap>(
            "triage-evals", Namespace, KubernetesPatch.Apply(map), new PatchOptions { FieldManager = "test", Force = true }, TestContext.Current.CancellationToken);
    }

    private static V1ConfigMap Identified(V1ConfigMap map)
    {
        map.ApiVersion = "v1";
        map.Kind = "ConfigMap";
        return map;
    }

    private static async Task<ContainerExit> EvaluateAsync(ContainerContext context, string api, string folder, CancellationToken stop)
    {
        var result = Path.Combine(folder, "result-" + context.PodUid);
        var arguments = context.Arguments.Skip(1).Select(a => a is "/suite" ? context.ResolvePath(a) : a);
        var code = await EvalCommand.RunAsync([.. arguments, "--result", result], name => name == "ANTHROPIC_BASE_URL" ? api : null, context.Output, cancellationToken: stop);
        return new ContainerExit(code, File.Exists(result) ? await File.ReadAllTextAsync(result, CancellationToken.None) : null);
    }
}
