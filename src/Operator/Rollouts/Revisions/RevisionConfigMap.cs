using System.Text.Json;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes.Models;

namespace Operator.Rollouts.Revisions;

/// <summary>
/// The immutable ConfigMap that keeps a revision's content, so that a prompt which is edited or deleted later never changes what
/// serves.
/// </summary>
internal static class RevisionConfigMap
{
    /// <summary>The key of the content.</summary>
    public const string Key = "revision.json";

    private const string Prefix = "claude-revision-";
    private const int LongestName = 253;

    /// <summary>The ConfigMap's name.</summary>
    public static string Name(string deployment, string revision)
    {
        var suffix = "-" + RolloutPolicy.Short(revision);
        var room = LongestName - Prefix.Length - suffix.Length;
        return Prefix + (deployment.Length <= room ? deployment : deployment[..room]) + suffix;
    }

    /// <summary>Whether a child is one of these.</summary>
    public static bool Is(V1ConfigMap map) => map.Metadata.Name?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Renders the ConfigMap, without its owner.</summary>
    public static V1ConfigMap Render(string @namespace, string deployment, RevisionConfiguration content) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = Name(deployment, content.Revision),
            NamespaceProperty = @namespace,
            Labels = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                [Labels.ManagedBy] = Labels.ManagedByValue,
                [Labels.Deployment] = deployment,
                [Labels.Revision] = RolloutPolicy.Short(content.Revision),
            },
        },
        Data = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Key] = CanonicalJson.Write(content, ContractJsonContext.Default.RevisionConfiguration),
        },
        Immutable = true,
    };

    /// <summary>Reads the content back.</summary>
    /// <returns>The content; null with a cause when the ConfigMap does not hold what its name says.</returns>
    public static (RevisionConfiguration? Content, string? Problem) Read(V1ConfigMap map)
    {
        if (map.Data is null || !map.Data.TryGetValue(Key, out var text)) return (null, $"data.{Key} is missing");
        RevisionConfiguration? content;
        try
        {
            content = JsonSerializer.Deserialize(text, ContractJsonContext.Default.RevisionConfiguration);
        }
        catch (JsonException e)
        {
            // The message of the exception may quote what it could not read; the path does not.
            return (null, $"data.{Key} cannot be read at {e.Path ?? "$"}");
        }
        if (content is null) return (null, $"data.{Key} is null");
        if (!RevisionContent.IsIntact(content)) return (null, $"the content of data.{Key} is not that of revision {RolloutPolicy.Short(content.Revision)}");
        return map.Metadata.Name?.EndsWith("-" + RolloutPolicy.Short(content.Revision), StringComparison.Ordinal) == true
            ? (content, null)
            : (null, $"data.{Key} holds revision {RolloutPolicy.Short(content.Revision)}, which the name does not say");
    }
}
