using System.Text;
using System.Text.Json.Nodes;
using Operator.Kubernetes.Yaml;

namespace Operator.Api;

/// <summary>The CustomResourceDefinitions of this group, as they stand in <c>config/crd</c>.</summary>
public static class ResourceDefinitions
{
    private const string Folder = "crd/";

    /// <summary>The manifests as YAML, in the order of their names.</summary>
    public static IReadOnlyList<string> Yaml { get; } = [.. Read()];

    /// <summary>The manifests as documents of the caller's own.</summary>
    public static IReadOnlyList<JsonObject> Documents() => [.. Yaml.Select(text => KubernetesYaml.ParseObject(text, "a built-in definition"))];

    private static IEnumerable<string> Read()
    {
        var assembly = typeof(ResourceDefinitions).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            yield return reader.ReadToEnd();
        }
    }
}
