using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Api;

namespace Operator.Tests.Manifests;

/// <summary>Every field of the three kinds as a page for people, from the same definitions that the API server gets.</summary>
internal static class FieldReference
{
    public static string Write()
    {
        var page = new StringBuilder("""
            # Fields

            Generated from the code, as the definitions beside it; `kubectl explain` shows the same on a cluster.


            """.ReplaceLineEndings("\n"));
        foreach (var definition in new[] { DefinitionGenerator.Definition<ClaudeDeployment>(), DefinitionGenerator.Definition<ClaudeQuota>(), DefinitionGenerator.Definition<ClaudeEvalRun>() })
        {
            var names = definition["spec"]!["names"]!;
            var schema = definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;
            page.Append(CultureInfo.InvariantCulture, $"## {names["kind"]} (`{names["shortNames"]![0]}`)\n\n{Line(schema["description"])}\n\n| Field | Type | Meaning |\n|---|---|---|\n");
            foreach (var part in new[] { "spec", "status" }) Walk(page, part, (JsonObject)schema["properties"]![part]!, isRequired: false);
            page.Append('\n');
        }
        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static void Walk(StringBuilder page, string path, JsonObject schema, bool isRequired)
    {
        var (type, inner, suffix) = ((string?)schema["type"] ?? "integer or text", schema, "");
        if (type == "array") (inner, suffix) = ((JsonObject)schema["items"]!, "[]");
        else if (schema["additionalProperties"] is JsonObject values) (inner, suffix) = (values, ".*");
        if (path is not ("spec" or "status"))
        {
            var shown = suffix == "[]" ? $"list of {(string?)inner["type"] ?? "integer or text"}" : type;
            page.Append(CultureInfo.InvariantCulture, $"| `{path}` | {shown}{(isRequired ? ", required" : "")} | {Line(schema["description"])}{Bounds(schema)} |\n");
        }
        if (inner["properties"] is not JsonObject properties) return;
        var required = (inner["required"] as JsonArray ?? []).Select(r => (string)r!).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, property) in properties) Walk(page, $"{path}{suffix}.{name}", (JsonObject)property!, required.Contains(name));
    }

    private static string Bounds(JsonObject schema)
    {
        var parts = new List<string>();
        if (schema["default"] is { } otherwise) parts.Add($"default `{otherwise}`");
        if (schema["minimum"] is { } least) parts.Add($"at least {least}");
        if (schema["maximum"] is { } most) parts.Add($"at most {most}");
        if (schema["maxItems"] is { } items) parts.Add($"at most {items} entries");
        return parts.Count == 0 ? "" : $" ({string.Join(", ", parts)})";
    }

    private static string Line(JsonNode? text) => ((string?)text ?? "").Replace("\n", " ", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Trim();
}
