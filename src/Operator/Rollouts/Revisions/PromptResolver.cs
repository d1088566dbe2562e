using System.Text;
using Operator.Api;
using Operator.Kubernetes.Models;

namespace Operator.Rollouts.Revisions;

/// <summary>Finds the text of a prompt version among the ConfigMaps that carry its labels.</summary>
internal static class PromptResolver
{
    /// <summary>The key of a prompt's text in its ConfigMap.</summary>
    public const string Key = "system";

    /// <summary>
    /// The longest text, in bytes of UTF-8: a limiter ConfigMap of at most 1 MiB must hold it beside stable and a rollback window.
    /// </summary>
    public const int MaxBytes = 192 * 1024;

    /// <summary>The value of a ConfigMap in the index of prompts; null when it is no prompt.</summary>
    public static string? IndexOf(V1ConfigMap map) =>
        map.Metadata.Labels is { } labels
        && labels.TryGetValue(Labels.Prompt, out var name)
        && labels.TryGetValue(Labels.PromptVersion, out var version)
            ? Index(map.Metadata.NamespaceProperty, name, version)
            : null;

    /// <summary>The value of a prompt version in the index of prompts.</summary>
    public static string Index(string? @namespace, string? name, string? version) => $"{@namespace}/{name}/{version}";

    /// <summary>Resolves a reference.</summary>
    /// <param name="namespace">The namespace of the deployment and of its prompts.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="candidates">The ConfigMaps that carry both labels with these values.</param>
    public static PromptResolution Resolve(string @namespace, PromptReference reference, IEnumerable<V1ConfigMap> candidates)
    {
        var maps = candidates
            .Where(m => m.Metadata.DeletionTimestamp is null)
            .OrderBy(m => m.Metadata.Name, StringComparer.Ordinal)
            .ToList();
        var wanted = $"{Labels.Prompt}={reference.Name},{Labels.PromptVersion}={reference.Version}";
        if (maps.Count == 0)
        {
            return new PromptResolution.Failed(
                PromptReasons.NotFound,
                $"spec.prompt: no ConfigMap in namespace {@namespace} carries the labels {wanted}; apply one with the prompt under the key '{Key}'");
        }
        if (maps.Count > 1)
        {
            var names = string.Join(", ", maps.Take(5).Select(m => m.Metadata.Name));
            return new PromptResolution.Failed(
                PromptReasons.Ambiguous,
                $"spec.prompt: {maps.Count} ConfigMaps in namespace {@namespace} carry the labels {wanted} ({names}); exactly one may: "
                + "delete the others or give them versions of their own");
        }
        var map = maps[0];
        if (map.Data is null || !map.Data.TryGetValue(Key, out var content) || string.IsNullOrWhiteSpace(content))
        {
            var binary = map.BinaryData?.ContainsKey(Key) == true;
            return new PromptResolution.Failed(
                PromptReasons.Empty,
                $"spec.prompt: ConfigMap {map.Metadata.Name} has {(binary ? "binary data" : "no text")} under data.{Key}; put the prompt's text there");
        }
        var bytes = Encoding.UTF8.GetByteCount(content);
        return bytes > MaxBytes
            ? new PromptResolution.Failed(
                PromptReasons.TooLarge,
                $"spec.prompt: data.{Key} of ConfigMap {map.Metadata.Name} has {bytes} bytes; limiters are given {MaxBytes} at most: shorten the prompt")
            : new PromptResolution.Found(reference.Name, reference.Version, content, CanonicalJson.Digest(content));
    }
}
