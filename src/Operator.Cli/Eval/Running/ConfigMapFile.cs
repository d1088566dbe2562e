using System.Text.Json;
using Operator.Cli.Cluster;
using Operator.Cli.Lint;
using Operator.Cli.Manifests;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using YamlDotNet.Core;

namespace Operator.Cli.Eval.Running;

/// <summary>A ConfigMap of a manifest, and where it stands.</summary>
/// <param name="Document">The document.</param>
/// <param name="Map">The ConfigMap.</param>
internal sealed record ConfigMapDocument(ManifestDocument Document, V1ConfigMap Map)
{
    /// <summary>Where it begins, as <c>file:line</c>.</summary>
    public string Place => $"{Document.File}:{Document.Start.Line}";
}

/// <summary>Reads the ConfigMaps of manifests.</summary>
internal static class ConfigMapFile
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>Whether a path is one of a manifest.</summary>
    public static bool IsManifest(string path) => Endings.Contains(Path.GetExtension(path).ToLowerInvariant());

    /// <summary>The ConfigMaps of a file, or of all manifests below a folder.</summary>
    /// <exception cref="CliException">A file cannot be read, is no YAML, or holds a ConfigMap that no server would take.</exception>
    public static async Task<IReadOnlyList<ConfigMapDocument>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var files = await ManifestInput.ReadAsync([path], cancellationToken);
            return [.. files.SelectMany(f => Documents(f.Name, f.Text)).Where(d => d.Kind == "ConfigMap").Select(d => new ConfigMapDocument(d, Map(d)))];
        }
        catch (IOException problem)
        {
            throw new CliException(ExitCode.Usage, problem.Message);
        }
    }

    private static IReadOnlyList<ManifestDocument> Documents(string file, string text)
    {
        try
        {
            return ManifestDocument.Read(file, text);
        }
        catch (YamlException error)
        {
            throw new CliException(ExitCode.Usage, $"{file}:{Math.Max(1, error.Start.Line)}:{Math.Max(1, error.Start.Column)}: is no YAML: {error.Message}");
        }
        catch (InvalidOperationException)
        {
            // The parser gives up on some texts without saying where.
            throw new CliException(ExitCode.Usage, $"{file}:1:1: is no YAML: a bracket or a quote does not close");
        }
    }

    private static V1ConfigMap Map(ManifestDocument document)
    {
        V1ConfigMap map;
        try
        {
            map = KubernetesJson.BuiltIn.FromNode<V1ConfigMap>(document.Content!);
        }
        catch (JsonException error)
        {
            // The path, never the value, which may be a prompt. Keys with a dot come in brackets.
            var path = (error.Path ?? "$").TrimStart('$').TrimStart('.').Replace("['", ".", StringComparison.Ordinal).Replace("']", "", StringComparison.Ordinal);
            var mark = document.Find(path);
            throw new CliException(ExitCode.Usage, $"{document.File}:{mark.Line}:{mark.Column}: {path}: is no ConfigMap that a server takes: the values of data are texts");
        }
        if (map.Metadata?.Name is { Length: > 0 }) return map;
        throw new CliException(ExitCode.Usage, $"{document.File}:{document.Start.Line}:{document.Start.Column}: metadata.name: the ConfigMap has no name");
    }
}
