using System.Text;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Kubernetes.Models;
using Operator.Rollouts;
using Operator.Rollouts.Revisions;

namespace Operator.Cli.Eval.Running;

/// <summary>Reads a prompt from a file: the text itself, or the manifest of its ConfigMap.</summary>
internal static class PromptInput
{
    /// <summary>Reads it. Name and version are empty for a plain text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="version">The version that is meant, where a manifest holds several; null for the only one.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CliException">There is no prompt in it that a deployment could use; the message tells where.</exception>
    public static async Task<PromptResolution.Found> ReadAsync(string path, string? version, CancellationToken cancellationToken)
    {
        if (ConfigMapFile.IsManifest(path)) return OfManifest(path, await ConfigMapFile.ReadAsync(path, cancellationToken), version);
        if (version is not null) throw new CliException(ExitCode.Usage, $"--prompt-version chooses among the versions of a manifest; {path} is a plain text");
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"--prompt {path} cannot be read: {problem.Message}");
        }
        if (string.IsNullOrWhiteSpace(text)) throw new CliException(ExitCode.Usage, $"{path}:1: the prompt is empty");
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes <= PromptResolver.MaxBytes
            ? new PromptResolution.Found("", "", text, CanonicalJson.Digest(text))
            : throw new CliException(ExitCode.Usage, $"{path}: the prompt has {bytes} bytes; limiters are given {PromptResolver.MaxBytes} at most: shorten it");
    }

    private static PromptResolution.Found OfManifest(string path, IReadOnlyList<ConfigMapDocument> documents, string? version)
    {
        var prompts = documents.Where(d => PromptResolver.IndexOf(d.Map) is not null).ToList();
        if (prompts.Count == 0)
        {
            var place = documents.FirstOrDefault(d => d.Map.Data?.ContainsKey(PromptResolver.Key) == true)?.Place ?? $"{path}:1";
            throw new CliException(
                ExitCode.Usage, $"{place}: no ConfigMap with the labels {Labels.Prompt} and {Labels.PromptVersion}, by which deployments find a prompt under the key '{PromptResolver.Key}'");
        }
        var wanted = version is null ? prompts : prompts.FindAll(p => Version(p.Map) == version);
        if (wanted.Count == 0)
            throw new CliException(ExitCode.Usage, $"{path} has no prompt version '{version}'; there are: {string.Join(", ", prompts.Select(Told))}");
        var first = wanted[0];
        if (wanted.Exists(w => PromptResolver.IndexOf(w.Map) != PromptResolver.IndexOf(first.Map)))
        {
            throw new CliException(
                ExitCode.Usage, version is null
                    ? $"{path} has several prompt versions: {string.Join(", ", wanted.Select(Told))}; choose one with --prompt-version"
                    : $"{path} has several prompts with the version {version}: {string.Join(", ", wanted.Select(Told))}; give each a file of its own");
        }
        var space = first.Map.Metadata.NamespaceProperty ?? "default";
        var resolved = PromptResolver.Resolve(space, new PromptReference { Name = first.Map.Metadata.Labels![Labels.Prompt], Version = Version(first.Map) }, wanted.Select(w => w.Map));
        return resolved as PromptResolution.Found ?? throw new CliException(ExitCode.Usage, $"{first.Place}: {((PromptResolution.Failed)resolved).Message}");
    }

    private static string Version(V1ConfigMap map) => map.Metadata.Labels![Labels.PromptVersion];

    private static string Told(ConfigMapDocument prompt) => $"{prompt.Map.Metadata.Labels![Labels.Prompt]} {Version(prompt.Map)} (line {prompt.Document.Start.Line})";
}
