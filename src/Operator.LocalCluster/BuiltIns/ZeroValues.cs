using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>
/// Drops what the typed form of a built-in kind cannot tell from absent: nulls, and zero values of the fields marked so. A custom
/// resource keeps these, a built-in kind never returns them.
/// </summary>
internal static class ZeroValues
{
    /// <summary>Drops them from an object of a type, at every depth.</summary>
    public static void Drop(JsonObject value, TypeDefinition type)
    {
        foreach (var field in type.Fields)
        {
            if (!value.TryGetPropertyValue(field.Name, out var node))
                continue;
            if (node is null)
            {
                if (!field.Nullable)
                    value.Remove(field.Name);
                continue;
            }
            Descend(node, field);
            if (field.OmitWhenZero && IsZero(node))
                value.Remove(field.Name);
        }
    }

    private static void Descend(JsonNode node, FieldDefinition field)
    {
        if (TypeCatalog.Find(field.Element) is not { } element)
            return;
        switch (field.Shape)
        {
            case FieldShape.Single when node is JsonObject child:
                Drop(child, element);
                break;
            case FieldShape.Map or FieldShape.AtomicMap when node is JsonObject map:
                foreach (var (_, item) in map)
                    if (item is JsonObject child)
                        Drop(child, element);
                break;
            default:
                if (node is JsonArray list)
                    foreach (var child in list.OfType<JsonObject>())
                        Drop(child, element);
                break;
        }
    }

    private static bool IsZero(JsonNode node) => node switch
    {
        JsonArray list => list.Count == 0,
        JsonObject map => map.Count == 0,
        _ => node.GetValueKind() switch
        {
            JsonValueKind.False => true,
            JsonValueKind.String => node.AsText()!.Length == 0,
            JsonValueKind.Number => node.AsNumber() == 0,
            _ => false,
        },
    };
}
