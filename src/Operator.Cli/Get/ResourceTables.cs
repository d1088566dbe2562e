using System.Globalization;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;

namespace Operator.Cli.Get;

/// <summary>A column of a table.</summary>
/// <param name="Header">Its name.</param>
/// <param name="Value">The cell of an object.</param>
internal sealed record Column(string Header, Func<JsonObject, string> Value);

/// <summary>Which columns a kind has.</summary>
internal static class ResourceTables
{
    /// <summary>The columns of a kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="all">Whether objects of several namespaces are listed.</param>
    /// <param name="wide">With what matters less.</param>
    /// <param name="now">The time, for ages.</param>
    public static IReadOnlyList<Column> Of(string kind, bool all, bool wide, DateTimeOffset now)
    {
        List<Column> columns = all ? [new("NAMESPACE", o => Text(o, "metadata", "namespace"))] : [];
        columns.Add(new("NAME", o => Text(o, "metadata", "name")));
        columns.AddRange(kind switch
        {
            nameof(ClaudeQuota) =>
            [
                new("PARENT", o => Text(o, "spec", "parentRef", "name")),
                new("THROTTLE", o => Text(o, "status", "throttle", "state")),
                new("LIMITERS", o => Text(o, "status", "limiters", "total")),
                new("TODAY", o => Text(o, "status", "spend", "today")),
                new("MONTH", o => Text(o, "status", "spend", "thisMonth")),
            ],
            nameof(ClaudeEvalRun) =>
            [
                new("DEPLOYMENT", o => Text(o, "spec", "deploymentRef", "name")),
                new("GATE", o => Text(o, "spec", "gate")),
                new("PHASE", o => Text(o, "status", "phase")),
                new("VERDICT", o => Text(o, "status", "verdict")),
            ],
            _ =>
            [
                new("STABLE", o => Text(o, "status", "stable", "promptVersion")),
                new("CANARY", o => Text(o, "status", "canary", "promptVersion")),
                new("WEIGHT", o => Text(o, "status", "weight", "desired")),
                new("GATES", o => Text(o, "status", "gateSummary")),
                new("PHASE", o => Text(o, "status", "phase")),
            ],
        });
        if (wide && kind == nameof(ClaudeDeployment))
        {
            columns.Add(new("MODEL", o => Text(o, "spec", "model")));
            columns.Add(new("LIMITERS", o => Text(o, "status", "limiters", "current") is var current and not "" ? $"{current}/{Text(o, "status", "limiters", "total")}" : ""));
        }
        columns.Add(new("AGE", o => TextTable.Age(Time(Text(o, "metadata", "creationTimestamp")), now)));
        if (wide) columns.Add(new("MESSAGE", o => Text(o, "status", "message")));
        return columns;
    }

    private static string Text(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var field in path) node = (node as JsonObject)?[field];
        return node?.ToString() ?? "";
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
