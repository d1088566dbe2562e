using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.LocalCluster;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.Node;
using Operator.MockClaude;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Limits;

namespace Operator.Cli.Local.Platform;

/// <summary>
/// Everything on this machine, in this process: a cluster with a node, the operator as its manifest configures it, two tools with limiters
/// and users, and a mock of the Claude API. All of it listens on loopback and keeps its files in one folder, which is deleted at the end.
/// </summary>
internal sealed class LocalPlatform : IAsyncDisposable
{
    private static readonly MockedLimits Mocked = new("sonnet-5-5", new GroupLimits(4_800, 1_200_000, 120_000));
    private readonly DirectoryInfo _folder;
    private readonly bool _ownsFolder;
    private readonly LocalClusterServer _cluster;
    private readonly KubernetesClient _client;

    private LocalPlatform(DirectoryInfo folder, bool ownsFolder, LocalClusterServer cluster, MockClaudeServer? claude, KubernetesClient client, Users users)
    {
        (_folder, _ownsFolder, _cluster, Claude, _client, Users) = (folder, ownsFolder, cluster, claude, client, users);
        Objects = new GenericClient(client);
    }

    /// <summary>The mock; null where the real API is called.</summary>
    public MockClaudeServer? Claude { get; }

    /// <summary>The users of the tools.</summary>
    public Users Users { get; }

    /// <summary>The API of the cluster.</summary>
    public GenericClient Objects { get; }

    /// <summary>The API of the cluster for typed objects.</summary>
    public IKubernetesClient Client => _client;

    /// <summary>The file for kubectl in another terminal.</summary>
    public string Kubeconfig => Path.Combine(_folder.FullName, "kubeconfig");

    /// <summary>Where the API server listens.</summary>
    public Uri Address => _cluster.Address;

    /// <summary>Starts cluster and mock; nothing is installed yet.</summary>
    public static async Task<LocalPlatform> StartAsync(LocalOptions options, CancellationToken cancellationToken)
    {
        var folder = options.Folder is { } given ? Directory.CreateDirectory(given) : Directory.CreateTempSubdirectory("kubectl-claude-local-");
        MockClaudeServer? claude = null;
        LocalClusterServer? cluster = null;
        KubernetesClient? client = null;
        var users = new Users();
        try
        {
            if (options.Upstream is null) claude = await MockClaudeServer.StartAsync(options.Mock(Mock(options.Seed)), cancellationToken);
            var image = new OperatorImage(options.Upstream ?? claude!.Address, options.OperatorSettings);
            var node = new NodeOptions
            {
                UniquePodAddresses = true, VolumeUpdateDelay = TimeSpan.FromMilliseconds(500), Directory = Path.Combine(folder.FullName, "node"),
            };
            node.Handlers.Register("claude-operator", image.RunAsync)
                .Register("claude-limiter", new LimiterImage(image.Channel, options.LimiterStarted).RunAsync)
                .Register("claude-users", users.RunAsync);
            cluster = await LocalClusterServer.StartAsync(
                new LocalClusterOptions { Port = options.Port, Controllers = ClusterControllers.All, Node = node }, cancellationToken);
            var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
            await cluster.WriteKubeconfigAsync(kubeconfig, cancellationToken);
            client = new KubernetesClient(
                await KubernetesClientConfiguration.LoadAsync(new KubeconfigOptions { Path = kubeconfig }, cancellationToken),
                new KubernetesClientOptions { JsonContexts = [Api.ApiJsonContext.Default], FieldManager = "kubectl-claude", UserAgent = "kubectl-claude" });
            return new LocalPlatform(folder, options.Folder is null, cluster, claude, client, users);
        }
        catch
        {
            client?.Dispose();
            if (cluster is not null) await cluster.DisposeAsync();
            if (claude is not null) await claude.DisposeAsync();
            users.Dispose();
            if (options.Folder is null) folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Installs the operator and waits until it is ready, then the organization, its deployments, and the tools.</summary>
    /// <param name="key">The API key; null for the mock's.</param>
    /// <param name="progress">Told of each step.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task InstallAsync(string? key, Action<string> progress, CancellationToken cancellationToken)
    {
        progress("installing the operator");
        await InstallOperatorAsync(cancellationToken);
        progress("applying the organization, its prompts and its deployments");
        foreach (var document in EmbeddedManifests.Read("local.organization").Concat(EmbeddedManifests.Read("local.prompts")))
            await ApplyAsync(document, cancellationToken);
        foreach (var space in new[] { "support", "docs" }) await ApplyAsync(Secret(space, key ?? MockClaudeOptions.DefaultKey), cancellationToken);
        foreach (var document in EmbeddedManifests.Read("local.deployments")) await ApplyAsync(document, cancellationToken);
        progress("starting the tools, each pod with a limiter");
        foreach (var document in EmbeddedManifests.Read("local.tools")) await ApplyAsync(document, cancellationToken);
    }

    /// <summary>Installs the operator alone and waits until it is ready.</summary>
    public async Task InstallOperatorAsync(CancellationToken cancellationToken)
    {
        foreach (var document in EmbeddedManifests.Operator) await ApplyAsync(document, cancellationToken);
        await UntilAsync(
            async () => (int?)(await Objects.GetAsync("apps/v1", "Deployment", "claude-operator", "claude-operator-system", cancellationToken))?["status"]?["readyReplicas"] == 2,
            "the operator to be ready", cancellationToken);
    }

    /// <summary>Applies a manifest on the server's side.</summary>
    public async Task<JsonObject> ApplyAsync(JsonObject document, CancellationToken cancellationToken) =>
        await Objects.ApplyAsync((JsonObject)document.DeepClone(), new PatchOptions { FieldManager = "kubectl-claude", Force = true }, cancellationToken);

    /// <summary>Asks until something is so.</summary>
    /// <exception cref="TimeoutException">It is not so in time, two minutes by default; the message names it.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var (started, most) = (TimeProvider.System.GetTimestamp(), patience ?? TimeSpan.FromMinutes(2));
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > most) throw new TimeoutException($"waited {most.TotalMinutes:0} minutes for {what}");
            await Task.Delay(100, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Users.Load = 0;
        _client.Dispose();
        await _cluster.DisposeAsync();
        if (Claude is not null) await Claude.DisposeAsync();
        Users.Dispose();
        if (_ownsFolder && _folder.Exists) _folder.Delete(recursive: true);
        else File.Delete(Kubeconfig);
    }

    private static JsonObject Secret(string space, string key) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Secret",
        ["metadata"] = new JsonObject { ["name"] = "claude-api-key", ["namespace"] = space },
        ["stringData"] = new JsonObject { ["api-key"] = key },
    };

    /// <summary>A mock that answers tickets rightly, unless the prompt asks for creativity, and slowly where it asks to ponder.</summary>
    private static MockClaudeOptions Mock(int seed)
    {
        var usual = new Behaviour { FirstToken = new Lognormal(0.08, 0.25), TokenTime = new Lognormal(0.002, 0.2), OutputTokens = new Lognormal(12, 0.3), ThinkingTokens = 0 };
        return new MockClaudeOptions
        {
            Seed = seed,
            Organizations =
            [
                new MockOrganization(MockClaudeOptions.DefaultOrganization)
                {
                    Keys = [new MockKey(MockClaudeOptions.DefaultKey), new MockKey(MockClaudeOptions.DefaultAdminKey) { Name = "admin", Admin = true, Workspace = null }],
                    Limits = new Dictionary<string, GroupLimits> { [Mocked.Group] = Mocked.Limits },
                },
            ],
            Behaviour = usual,
            Behaviours =
            [
                new BehaviourRule(usual with { Quality = 0 }) { SystemContains = "creative category" },
                new BehaviourRule(usual with { FirstToken = new Lognormal(0.9, 0.2) }) { SystemContains = "Ponder at length" },
            ],
            Answers =
            [
                new MockAnswer("charged twice", "billing"), new MockAnswer("refund", "billing"), new MockAnswer("error to all of us", "outage"),
                new MockAnswer("can log in", "outage"), new MockAnswer("password", "account"), new MockAnswer("thank you", "other"),
            ],
            LedgerEntries = 200_000,
        };
    }

    private sealed record MockedLimits(string Group, GroupLimits Limits);
}
