using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.FieldManagement;

internal static partial class FieldManager
{
    /// <summary>
    /// Records a change of the desired number through the scale subresource. Only the number changes hands, and only where somebody
    /// owned it; the new entry carries no time, as on a real server.
    /// </summary>
    private static void UpdateScale(JsonObject live, JsonObject updated, string manager, ResourceDefinition definition)
    {
        var path = definition.Scale!.SpecReplicasPath.Split('.', StringSplitOptions.RemoveEmptyEntries);
        var elements = path.Select(PathElement.Field).ToArray();
        var managed = DecodeOrEmpty(ManagedFieldsOf(live));
        SetManagedFields(updated, (JsonArray?)ManagedFieldsOf(live)?.DeepClone());
        if (JsonNode.DeepEquals(At(live, path), At(updated, path)) || !managed.Owners.Values.Any(owned => owned.Fields.Has(elements)))
        {
            return;
        }

        var number = FieldSet.Of(path);
        foreach (var (owner, owned) in managed.Owners.ToArray())
        {
            managed.Set(owner, owned.ApiVersion, owned.Fields.Difference(number));
        }

        var scaler = FieldOwner.Of(manager, false, definition.ApiVersion, "scale");
        managed.Owners[scaler] = new OwnedFields(definition.ApiVersion, number, null);
        SetManagedFields(updated, managed.Encode());
    }

    private static JsonNode? At(JsonObject value, string[] path) =>
        path.Aggregate((JsonNode?)value, (node, step) => node is JsonObject map ? map[step] : null);
}
