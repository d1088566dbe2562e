using Operator.Conformance.Replay;
using Operator.Conformance.Verdicts;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Rules;

/// <summary>The recorded rules, one after the other, over plain HTTP.</summary>
public sealed class RuleConversation(ClusterTarget target) : Conversation(target)
{
    private readonly SymbolTable _symbols = new();
    private HttpClient? _client;

    protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        _client = Cluster.CreateClient();
        await TestResources.CreateWidgetDefinitionAsync(_client, cancellationToken);
    }

    protected override async Task<IReadOnlyList<string>> RunAsync(int index, CancellationToken cancellationToken)
    {
        var rule = GoldenRecords.Rules[index];
        await RuleSetup.BeforeAsync(rule.Number, _client!, _symbols, Space, cancellationToken);
        var replay = new HttpReplay(_client!, _symbols, Space);
        var differences = new List<string>();
        foreach (var step in rule.Steps) differences.AddRange(await replay.SendAsync(step, cancellationToken));
        return differences;
    }

    protected override ValueTask EndAsync()
    {
        _client?.Dispose();
        return ValueTask.CompletedTask;
    }
}
