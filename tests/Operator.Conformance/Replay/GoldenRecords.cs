using System.Text.Json.Nodes;

namespace Operator.Conformance.Replay;

/// <summary>A rule of the API with the requests that show it.</summary>
public sealed record RecordedRule(int Number, string Title, IReadOnlyList<RecordedExchange> Steps)
{
    public override string ToString() => $"rule {Number:00}: {Title}";
}

/// <summary>One kubectl command: what it printed, and the requests behind it.</summary>
public sealed record RecordedCommand(
    int Number, string Name, IReadOnlyList<string> Command, int Exit, string Stdout, string Stderr, IReadOnlyList<RecordedExchange> Exchanges)
{
    public override string ToString() => $"kubectl {Number:000}: {Name}";
}

/// <summary>The recorded answers of a real API server, as they lie beside the tests.</summary>
public static class GoldenRecords
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Golden");

    /// <summary>The folder with the manifests that the commands read.</summary>
    public static string Files { get; } = Path.Combine(Folder, "files");

    public static IReadOnlyList<RecordedRule> Rules { get; } = LoadRules();

    public static IReadOnlyList<RecordedCommand> Commands { get; } = LoadCommands();

    private static RecordedRule[] LoadRules() =>
    [
        .. Parse(Path.Combine(Folder, "rules.json")).AsArray().Select((rule, index) => new RecordedRule(
            index + 1, (string)rule!["rule"]!, Exchanges(rule["steps"]!))),
    ];

    private static RecordedCommand[] LoadCommands() =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder, "kubectl"), "*.json").Order(StringComparer.Ordinal).Select(file =>
        {
            var command = Parse(file).AsObject();
            return new RecordedCommand(
                int.Parse(Path.GetFileName(file)[..3], System.Globalization.CultureInfo.InvariantCulture),
                (string)command["name"]!,
                [.. command["command"]!.AsArray().Select(a => (string)a!)],
                (int)command["exit"]!,
                (string)command["stdout"]!,
                (string)command["stderr"]!,
                Exchanges(command["exchanges"]!));
        }),
    ];

    private static RecordedExchange[] Exchanges(JsonNode steps) => [.. steps.AsArray().Select(s => RecordedExchange.From(s!))];

    private static JsonNode Parse(string file) =>
        JsonNode.Parse(File.ReadAllBytes(file)) ?? throw new InvalidDataException($"{file} is empty.");
}
