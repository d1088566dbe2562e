using System.Globalization;
using Operator.Conformance.Rules;
using Operator.Conformance.Verdicts;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Semantics;

/// <summary>One cluster a target for the cases that are not recorded; each case works in a namespace of its own.</summary>
public sealed class SemanticsCluster(ClusterTarget target) : Conversation(target)
{
    private readonly List<string> _spaces = [];
    private HttpClient? _client;
    private int _count;

    public HttpClient Client => _client ?? throw new InvalidOperationException("The cluster has not started.");

    public string Kubeconfig => Cluster.Kubeconfig;

    /// <summary>A session in a new, empty namespace.</summary>
    public async Task<ApiSession> SessionAsync()
    {
        // The one "case" of this conversation is the start itself.
        await OutcomeAsync(0, TestContext.Current.CancellationToken);
        var space = $"case-{Interlocked.Increment(ref _count).ToString(CultureInfo.InvariantCulture)}-{Guid.NewGuid():N}"[..20];
        var session = new ApiSession(Client, space);
        (await session.PostAsync("/api/v1/namespaces", $$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{space}}"} }""")).Must(201);
        lock (_spaces) _spaces.Add(space);
        return session;
    }

    protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        _client = Cluster.CreateClient();
        await TestResources.CreateWidgetDefinitionAsync(_client, cancellationToken);
    }

    protected override Task<IReadOnlyList<string>> RunAsync(int index, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    protected override async ValueTask EndAsync()
    {
        if (_client is null) return;
        if (!Target.IsPrivate) foreach (var space in _spaces) await TestResources.DeleteAsync(_client, $"/api/v1/namespaces/{space}");
        _client.Dispose();
    }
}
