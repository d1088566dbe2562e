using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Admission;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Operator.Evals.Suites;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Caching;

namespace Operator.Cli.Lint;

/// <summary>What only several documents together show: objects that stand twice, the tree of quotas, and suites that gates name.</summary>
internal static class CrossChecks
{
    /// <summary>Checks all documents of a call.</summary>
    public static IEnumerable<LintFinding> Of(IReadOnlyList<ManifestDocument> documents) => [.. Twice(documents), .. Quotas(documents), .. Suites(documents)];

    private static IEnumerable<LintFinding> Twice(IReadOnlyList<ManifestDocument> documents)
    {
        var named = documents.Where(d => d.Kind.StartsWith("Claude", StringComparison.Ordinal) && Text(d, "metadata", "name") is not null);
        foreach (var same in named.GroupBy(d => (d.Kind, Space(d), Text(d, "metadata", "name"))))
        {
            var first = same.First();
            foreach (var again in same.Skip(1))
                yield return At(again, "warning", "metadata.name", $"this {again.Kind} stands at {first.File}:{first.Start.Line} already; the one that is applied last wins");
        }
    }

    /// <summary>The quotas as admission would see them, were all others of these files stored.</summary>
    private static IEnumerable<LintFinding> Quotas(IReadOnlyList<ManifestDocument> documents)
    {
        var quotas = new Dictionary<ObjectKey, (ClaudeQuota Quota, ManifestDocument Document)>();
        foreach (var document in documents.Where(d => d.Kind == nameof(ClaudeQuota)))
        {
            if (Read(document) is not { Unreadable: null } quota || string.IsNullOrEmpty(quota.Metadata.Name)) continue;
            quota.Metadata.NamespaceProperty = Space(document);
            // Only a quota that is right by itself has a place in a tree.
            if (ClaudeQuotaValidation.Validate(quota).IsValid) quotas.TryAdd(ObjectKey.Of(quota), (quota, document));
        }
        var all = quotas.Values.Select(q => q.Quota).ToList();
        foreach (var (quota, document) in quotas.Values)
        {
            var found = QuotaChange.Check(all, quota, ModelCatalog.Shipped);
            foreach (var error in found.Errors) yield return At(document, "error", error.Path, error.Message);
            foreach (var warning in found.Warnings) yield return At(document, "warning", warning.Path, warning.Message);
        }
    }

    private static IEnumerable<LintFinding> Suites(IReadOnlyList<ManifestDocument> documents)
    {
        var maps = documents.Where(d => d.Kind == "ConfigMap").ToLookup(Space, StringComparer.Ordinal);
        var wanted = documents.Where(d => d.Kind == nameof(ClaudeDeployment)).SelectMany(d => SuitesOf(d).Select(name => (Space: Space(d), Name: name))).Distinct();
        foreach (var (space, name) in wanted)
        {
            var shards = maps[space].Where(m => Text(m, "metadata", "name") == name || Text(m, "metadata", "labels", Labels.EvalSuite) == name)
                .DistinctBy(m => Text(m, "metadata", "name")).ToList();
            if (shards.Count == 0) continue;
            foreach (var error in SuiteLoader.Read(name, shards.Select(Map).OfType<V1ConfigMap>()).Reading.Errors)
            {
                var shard = shards.Find(s => Text(s, "metadata", "name") == error.ConfigMap) ?? shards[0];
                yield return Locate(shard, error);
            }
        }
    }

    /// <summary>Where an error of a suite stands in the manifest of its ConfigMap.</summary>
    internal static LintFinding Locate(ManifestDocument shard, SuiteError error)
    {
        var path = error.Key.Length > 0 ? "data." + error.Key : "data";
        // A block of lines begins below its key.
        return new LintFinding(
            shard.File, shard.Find(path).Line + error.Line, Math.Max(1, error.Column), "error", path, $"{(error.Line > 0 ? $"case in line {error.Line}: " : "")}{error.Message}");
    }

    private static IEnumerable<string> SuitesOf(ManifestDocument deployment)
    {
        if ((deployment.Content?["spec"] as JsonObject)?["gates"] is not JsonObject gates || gates["evals"] is not JsonArray evals) yield break;
        foreach (var gate in evals)
        {
            if ((((gate as JsonObject)?["suite"] as JsonObject)?["configMap"] as JsonValue)?.ToString() is { Length: > 0 } name) yield return name;
        }
    }

    private static ClaudeQuota? Read(ManifestDocument document)
    {
        try
        {
            return document.Content!.Deserialize(ApiJsonContext.Default.ClaudeQuota);
        }
        catch (JsonException)
        {
            // Told already, with the field, where the document was checked by itself.
            return null;
        }
    }

    private static V1ConfigMap? Map(ManifestDocument document)
    {
        try
        {
            return KubernetesJson.BuiltIn.FromNode<V1ConfigMap>(document.Content!);
        }
        catch (JsonException)
        {
            // No ConfigMap that a server would take: other kinds are for other tools to check.
            return null;
        }
    }

    private static string Space(ManifestDocument document) => Text(document, "metadata", "namespace") ?? "default";

    private static string? Text(ManifestDocument document, params ReadOnlySpan<string> path)
    {
        JsonNode? node = document.Content;
        foreach (var field in path) node = (node as JsonObject)?[field];
        return (node as JsonValue)?.ToString();
    }

    private static LintFinding At(ManifestDocument document, string severity, string path, string message)
    {
        var mark = document.Find(path);
        return new LintFinding(document.File, mark.Line, mark.Column, severity, path, message);
    }
}
