using System.Globalization;
using System.Text.Json.Nodes;
using Operator.Conformance.Replay;
using Operator.Conformance.Rules;
using Operator.Conformance.Verdicts;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Wire;

/// <summary>
/// The HTTP requests behind the recorded kubectl commands, sent again without kubectl: they show more than kubectl prints (managed
/// fields, table definitions, causes), and they run on machines that have no kubectl.
/// </summary>
public sealed class WireConversation(ClusterTarget target) : Conversation(target)
{
    private static readonly string FirstVersion = GoldenRecords.Commands
        .SelectMany(c => c.Exchanges)
        .First(e => e.Method == "POST" && e.Answer is JsonObject)
        .Answer!["metadata"]!["resourceVersion"]!.GetValue<string>();

    private readonly SymbolTable _symbols = new(long.Parse(FirstVersion, CultureInfo.InvariantCulture));
    private HttpClient? _client;

    /// <summary>The commands with at least one request that can be repeated.</summary>
    public static IReadOnlyList<RecordedCommand> Commands { get; } =
        [.. GoldenRecords.Commands.Select(c => c with { Exchanges = Repeatable(c) }).Where(c => c.Exchanges.Count > 0)];

    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _client = Cluster.CreateClient();
        // Where no field manager is given, the server takes the first part of this.
        _client.DefaultRequestHeaders.UserAgent.ParseAdd("kubectl/v1.32.4");
        return Task.CompletedTask;
    }

    protected override async Task<IReadOnlyList<string>> RunAsync(int index, CancellationToken cancellationToken)
    {
        var command = Commands[index];
        var known = KnownDifferences.Find(Target.Name, "wire", command.Number);
        if (known?.NotRun == true) return [];
        var replay = new HttpReplay(_client!, _symbols, Space);
        var differences = new List<string>();
        foreach (var step in command.Exchanges) differences.AddRange(await replay.SendAsync(step, cancellationToken));
        // kubectl polls for the condition before it goes on; the requests of later commands presuppose it.
        if (command.Name == "apply-crd") await TestResources.ServedAsync(_client!, cancellationToken);
        return differences;
    }

    protected override ValueTask EndAsync()
    {
        _client?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static RecordedExchange[] Repeatable(RecordedCommand command) => command.Name switch
    {
        // What the recorded watch saw was done by somebody else meanwhile.
        "watch" => [],
        // The definition goes in the background: what follows the deletion depends on the moment.
        "delete-crd" => [command.Exchanges[0] with { Answer = null }],
        "version" => [.. command.Exchanges.Select(e => e with { Answer = null })],
        // The recorded server had written an event about itself; the columns are everyone's.
        "get-events" => [.. command.Exchanges.Select(e => e with { Answer = WithoutRows(e.Answer!) })],
        _ => [.. command.Exchanges.Where(e => !e.IsWatch).Select(e => e with { Warning = e.Method == "GET" ? null : Warning(command.Stderr) })],
    };

    private static JsonNode WithoutRows(JsonNode table)
    {
        var copy = table.DeepClone();
        copy["rows"] = new JsonArray();
        return copy;
    }

    /// <summary>The record of the commands has no warning headers, but kubectl prints them.</summary>
    private static string? Warning(string stderr) =>
        stderr.Split('\n').FirstOrDefault(l => l.StartsWith("Warning: ", StringComparison.Ordinal)) is { } line
            ? $"299 - \"{line["Warning: ".Length..].Replace("\"", "\\\"", StringComparison.Ordinal)}\""
            : null;
}
