using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using YamlDotNet.Core;

namespace Operator.Cli.Lint;

/// <summary>Something that lint found.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
/// <param name="Severity">error or warning.</param>
/// <param name="Path">The field; empty for the whole document.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record LintFinding(string File, long Line, long Column, string Severity, string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{File}:{Line}:{Column}: {Severity}: {(Path.Length > 0 ? Path + ": " : "")}{Message}";
}

/// <summary>Checks manifests without a cluster, with the code that admission runs and the catalogue that this version knows.</summary>
internal static class Linter
{
    /// <summary>Checks files.</summary>
    /// <param name="files">Names and texts.</param>
    /// <param name="now">The time, for models that retire.</param>
    public static IReadOnlyList<LintFinding> Check(IEnumerable<(string Name, string Text)> files, DateTimeOffset now)
    {
        var findings = new List<LintFinding>();
        var documents = new List<ManifestDocument>();
        foreach (var (name, text) in files)
        {
            try
            {
                documents.AddRange(ManifestDocument.Read(name, text));
            }
            catch (YamlException error)
            {
                findings.Add(new LintFinding(name, Math.Max(1, error.Start.Line), Math.Max(1, error.Start.Column), "error", "", $"is no YAML: {error.Message}"));
            }
            catch (InvalidOperationException)
            {
                // The parser gives up on some texts without saying where.
                findings.Add(new LintFinding(name, 1, 1, "error", "", "is no YAML: a bracket or a quote does not close"));
            }
        }
        var context = new ValidationContext(new CatalogKnowledge(new CatalogStore()), now);
        foreach (var document in documents)
        {
            if (Text(document, "apiVersion") is not { } version || !version.StartsWith("claudeops.dev/", StringComparison.Ordinal)) continue;
            if (version != ApiGroup.ApiVersion)
            {
                Add(findings, document, "error", "apiVersion", $"'{version}' is not known to this version of the command; use {ApiGroup.ApiVersion}");
                continue;
            }
            Validate(document, context, findings);
        }
        References(documents, findings);
        findings.AddRange(CrossChecks.Of(documents));
        return [.. findings.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Column)];
    }

    private static void Validate(ManifestDocument document, ValidationContext context, List<LintFinding> findings)
    {
        switch (document.Kind)
        {
            case nameof(ClaudeDeployment):
                Validate(document, ApiJsonContext.Default.ClaudeDeployment, d => ClaudeDeploymentValidation.Validate(d, context), findings);
                break;
            case nameof(ClaudeQuota):
                Validate(document, ApiJsonContext.Default.ClaudeQuota, q => ClaudeQuotaValidation.Validate(q, context), findings);
                break;
            case nameof(ClaudeEvalRun):
                Validate(document, ApiJsonContext.Default.ClaudeEvalRun, ClaudeEvalRunValidation.Validate, findings);
                break;
            default:
                Add(findings, document, "error", "kind", $"'{document.Kind}' is none of {nameof(ClaudeDeployment)}, {nameof(ClaudeQuota)} and {nameof(ClaudeEvalRun)}");
                break;
        }
    }

    private static void Validate<T>(ManifestDocument document, JsonTypeInfo<T> type, Func<T, Findings> validate, List<LintFinding> findings)
        where T : class
    {
        var unknownFields = UnknownFields.Of(document.Content!, type).ToHashSet(StringComparer.Ordinal);
        foreach (var unknown in unknownFields) Add(findings, document, "error", unknown, "is not a field; the API server drops or refuses it");
        T? entity;
        try
        {
            entity = document.Content!.Deserialize(type);
        }
        catch (JsonException error)
        {
            Add(findings, document, "error", (error.Path ?? "$").TrimStart('$').TrimStart('.'), "has a value of another type than the field");
            return;
        }
        var found = validate(entity!);
        foreach (var error in found.Errors) Add(findings, document, "error", error.Path, error.Message);
        foreach (var warning in found.Warnings.Where(w => !unknownFields.Contains(w.Path))) Add(findings, document, "warning", warning.Path, warning.Message);
    }

    /// <summary>What deployments refer to, where the files hold anything of that kind: a file alone cannot know.</summary>
    private static void References(List<ManifestDocument> documents, List<LintFinding> findings)
    {
        var prompts = documents.Where(d => d.Kind == "ConfigMap" && Label(d, Labels.Prompt) is not null)
            .Select(d => (Space: Space(d), Name: Label(d, Labels.Prompt)!, Version: Label(d, Labels.PromptVersion) ?? "")).ToHashSet();
        var quotas = documents.Where(d => d.Kind == nameof(ClaudeQuota)).Select(d => (Space(d), Text(d, "metadata", "name") ?? "")).ToHashSet();
        foreach (var document in documents.Where(d => d.Kind == nameof(ClaudeDeployment)))
        {
            var space = Space(document);
            if ((Text(document, "spec", "prompt", "name"), Text(document, "spec", "prompt", "version")) is ({ } name, { } version)
                && prompts.Any(p => p.Space == space && p.Name == name) && !prompts.Contains((space, name, version)))
                Add(findings, document, "error", "spec.prompt.version", $"no ConfigMap of these files has version '{version}' of prompt '{name}' in namespace {space}");
            if (Text(document, "spec", "quotaRef", "name") is not { } quota || quotas.Count == 0) continue;
            var home = Text(document, "spec", "quotaRef", "namespace") ?? space;
            if (!quotas.Contains((home, quota)))
                Add(findings, document, "warning", "spec.quotaRef.name", $"no ClaudeQuota of these files is {home}/{quota}; it must be in the cluster");
        }
    }

    private static string Space(ManifestDocument document) => Text(document, "metadata", "namespace") ?? "default";

    private static string? Label(ManifestDocument document, string label) => Text(document, "metadata", "labels", label);

    /// <summary>A text somewhere in the document; null where any part of the way is missing or is something else.</summary>
    private static string? Text(ManifestDocument document, params ReadOnlySpan<string> path)
    {
        JsonNode? node = document.Content;
        foreach (var field in path) node = (node as JsonObject)?[field];
        return (node as JsonValue)?.ToString();
    }

    private static void Add(List<LintFinding> findings, ManifestDocument document, string severity, string path, string message)
    {
        var mark = document.Find(path);
        findings.Add(new LintFinding(document.File, mark.Line, mark.Column, severity, path, message));
    }
}
