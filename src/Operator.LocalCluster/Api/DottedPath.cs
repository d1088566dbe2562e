using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Api;

/// <summary>Reads and writes simple paths such as <c>.spec.replicas</c>.</summary>
internal static class DottedPath
{
    /// <summary>The node at the path, or null.</summary>
    public static JsonNode? Get(JsonNode? node, string path)
    {
        foreach (var name in path.TrimStart('.').Split('.')) node = (node as JsonObject)?[name];
        return node;
    }

    /// <summary>Sets the node at the path; objects on the way are created.</summary>
    public static void Set(JsonObject root, string path, JsonNode? value)
    {
        var names = path.TrimStart('.').Split('.');
        var node = root;
        foreach (var name in names[..^1])
        {
            if (node[name] is not JsonObject child) node[name] = child = [];
            node = child;
        }
        node[names[^1]] = value;
    }
}
