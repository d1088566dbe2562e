using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Yaml;
using Operator.LocalCluster;
using Operator.Rollouts;
using Operator.Rollouts.Configuration;
using Operator.Testing;

namespace Operator.Tests.Rollouts.Cluster;

/// <summary>The operator in its real composition against the local cluster, on a fast clock, with limiters that a test plays.</summary>
internal sealed class RolloutCluster : IAsyncDisposable
{
    public const string Namespace = "support";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly LocalClusterServer _server;
    private readonly KubernetesClientConfiguration _configuration;
    private readonly FastClock _clock = new(20);
    private IHost? _host;

    private RolloutCluster(LocalClusterServer server, KubernetesClientConfiguration configuration)
    {
        _server = server;
        _configuration = configuration;
        Client = new KubernetesClient(configuration, new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default] });
    }

    /// <summary>The client of a user.</summary>
    public KubernetesClient Client { get; }

    /// <summary>Errors and warnings of the operator's log.</summary>
    public List<string> Log { get; } = [];

    public LocalClusterServer Server => _server;

    public static async Task<RolloutCluster> StartAsync()
    {
        var server = await LocalClusterServer.StartAsync();
        var file = Path.GetTempFileName();
        try
        {
            await server.WriteKubeconfigAsync(file);
            var configuration = await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = file });
            var cluster = new RolloutCluster(server, configuration);
            var generic = new GenericClient(cluster.Client);
            foreach (var document in ResourceDefinitions.Documents()) await generic.ApplyAsync(document, new PatchOptions { FieldManager = "test" });
            foreach (var kind in new[] { "ClaudeDeployment", "ClaudeQuota", "ClaudeEvalRun" })
            {
                await EventuallyAsync(async () => await new GenericClient(cluster.Client).ListAsync(ApiGroup.ApiVersion, kind) is not null, kind + " is served");
            }
            await cluster.ApplyAsync($"{{apiVersion: v1, kind: Namespace, metadata: {{name: {Namespace}}}}}");
            await cluster.ApplyAsync($$"""
                apiVersion: claudeops.dev/v1alpha1
                kind: ClaudeQuota
                metadata: {name: tools, namespace: {{Namespace}}}
                spec:
                  limits:
                  - {models: [claude-sonnet-5-5], requestsPerMinute: 1000, inputTokensPerMinute: 1000000, outputTokensPerMinute: 200000}
                """);
            await cluster.StartOperatorAsync();
            return cluster;
        }
        finally
        {
            File.Delete(file);
        }
    }

    public async Task StartOperatorAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(new Capture(Log));
        builder.Services.AddSingleton<TimeProvider>(_clock);
        // Connections live on the real clock, so that a busy machine breaks none of them.
        builder.Services.AddSingleton<IKubernetesClient>(_ => new KubernetesClient(
            _configuration, new KubernetesClientOptions { JsonContexts = [ApiJsonContext.Default], FieldManager = OperatorComposition.Name }));
        builder.Services.AddClaudeOperator(new OperatorOptions { LeaderElection = false, HealthPort = 0, MetricsPort = 0 });
        _host = builder.Build();
        await _host.StartAsync();
    }

    public async Task StopOperatorAsync()
    {
        if (_host is null) return;
        await _host.StopAsync();
        _host.Dispose();
        _host = null;
    }

    public async Task ApplyAsync(string yaml) =>
        await new GenericClient(Client).ApplyAsync(KubernetesYaml.ParseObject(yaml, "a test"), new PatchOptions { FieldManager = "user", Force = true });

    public Task PromptAsync(string version, string text) => ApplyAsync($$"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: triage-{{version}}
          namespace: {{Namespace}}
          labels: {claudeops.dev/prompt: triage, claudeops.dev/prompt-version: {{version}}}
        data: {system: "{{text}}"}
        """);

    public Task DeployAsync(string version, string more = "") => ApplyAsync($$"""
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: triage, namespace: {{Namespace}}}
        spec:
          model: claude-sonnet-5-5
          prompt: {name: triage, version: {{version}}}
          quotaRef: {name: tools}
        {{more}}
        """);

    public async Task<ClaudeDeployment> GetAsync() => (await Client.GetAsync<ClaudeDeployment>("triage", Namespace))!;

    public async Task<DeploymentConfiguration?> HeldAsync() =>
        await Client.GetAsync<V1ConfigMap>("claude-limiter-triage", Namespace) is { } map ? LimiterConfigMap.Read(map).Configuration : null;

    public async Task<ClaudeDeployment> UntilAsync(Func<ClaudeDeploymentStatus, bool> holds, string what, Func<Task>? meanwhile = null)
    {
        ClaudeDeployment? last = null;
        try
        {
            await EventuallyAsync(async () =>
            {
                if (meanwhile is not null) await meanwhile();
                last = await GetAsync();
                return holds(last.Status);
            }, what);
        }
        catch (TimeoutException e)
        {
            var status = last is null ? "" : Client.Json.ToNode(last.Status).ToJsonString();
            throw new TimeoutException($"{e.Message}; the status is {status}; the log has {string.Join(" | ", Log.TakeLast(5))}");
        }
        return last!;
    }

    /// <summary>Hands a report over as the channel to the limiters does.</summary>
    public bool Accept(Report report) =>
        _host?.Services.GetRequiredService<MeasurementStore>().Accept(report, _clock.GetUtcNow()) == true;

    public async Task<IReadOnlyList<string>> EventReasonsAsync() =>
        [.. (await Client.ListAsync<EventsV1Event>(new ListOptions { Namespace = Namespace })).Items.Select(e => e.Reason!)];

    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(deadline) < Patience)
        {
            try
            {
                if (await holds()) return;
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                // Not served yet.
            }
            await Task.Delay(50);
        }
        throw new TimeoutException("never: " + what);
    }

    public async ValueTask DisposeAsync()
    {
        await StopOperatorAsync();
        Client.Dispose();
        await _server.DisposeAsync();
    }

    private sealed class Capture(List<string> log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Writer(log);

        public void Dispose()
        {
        }

        private sealed class Writer(List<string> log) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                if (!IsEnabled(logLevel)) return;
                lock (log) log.Add($"{logLevel}: {formatter(state, exception)} {exception?.GetType().Name} {exception?.Message} {exception?.StackTrace?.Split('\n').FirstOrDefault()}");
            }
        }
    }
}
