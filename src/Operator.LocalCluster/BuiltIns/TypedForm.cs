using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Finds what the typed form of a built-in kind cannot hold, in the words of the real server's decoder.</summary>
internal static class TypedForm
{
    private static readonly SearchValues<char> Base64 =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n");

    /// <summary>The first error of an object of a type; null when there is none.</summary>
    public static string? FindError(JsonObject value, TypeDefinition type) => InObject(value, type, "");

    private static string? InObject(JsonObject value, TypeDefinition type, string path)
    {
        foreach (var (name, node) in value)
        {
            if (node is not null && type.Find(name) is { } field && InField(node, field, type, path.Length == 0 ? name : $"{path}.{name}") is { } error)
                return error;
        }
        return null;
    }

    private static string? InField(JsonNode node, FieldDefinition field, TypeDefinition owner, string path)
    {
        switch (field.Shape)
        {
            case FieldShape.Single:
                return InValue(node, field.Element, owner, path);
            case FieldShape.Map or FieldShape.AtomicMap:
                return node is JsonObject map
                    ? map.Select(item => item.Value is null ? null : InValue(item.Value, field.Element, owner, path)).FirstOrDefault(e => e is not null)
                    : Mismatch(node, owner, path, $"map[string]{GoType(field.Element)}");
            default:
                return node is JsonArray list
                    ? list.Select(item => item is null ? null : InValue(item, field.Element, owner, path)).FirstOrDefault(e => e is not null)
                    : Mismatch(node, owner, path, $"[]{GoType(field.Element)}");
        }
    }

    private static string? InValue(JsonNode node, string element, TypeDefinition owner, string path)
    {
        var kind = node.GetValueKind();
        switch (element)
        {
            case "string":
                return kind == JsonValueKind.String ? null : Mismatch(node, owner, path, "string");
            case "bool":
                return kind is JsonValueKind.True or JsonValueKind.False ? null : Mismatch(node, owner, path, "bool");
            case "int" or "long":
                return node.AsNumber() is not null ? null : Mismatch(node, owner, path, GoType(element));
            case "bytes":
                return kind != JsonValueKind.String ? Mismatch(node, owner, path, "[]uint8") : InBase64(node.AsText()!);
            case "int-or-string":
                return kind is JsonValueKind.String or JsonValueKind.Number ? null : Mismatch(node, owner, path, "intstr.IntOrString");
            case "time" or "microtime":
                return kind != JsonValueKind.String ? Mismatch(node, owner, path, "string") : TimeText.FindError(node.AsText()!, element == "microtime");
            case "object" or "strings":
                return kind is JsonValueKind.Object or JsonValueKind.Array ? null : Mismatch(node, owner, path, "map[string]interface {}");
            default:
                var type = TypeCatalog.Get(element);
                return node is JsonObject child ? InObject(child, type, path) : Mismatch(node, owner, path, GoType(element));
        }
    }

    private static string? InBase64(string text)
    {
        var buffer = new byte[text.Length];
        if (Convert.TryFromBase64String(text, buffer, out _))
            return null;
        var position = text.AsSpan().IndexOfAnyExcept(Base64);
        return "illegal base64 data at input byte " + (position < 0 ? text.Length : position).ToString(CultureInfo.InvariantCulture);
    }

    private static string Mismatch(JsonNode node, TypeDefinition owner, string path, string goType)
    {
        var kind = node.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => goType is "int32" or "int64" ? "number " + JsonText.Of(node) : "number",
            JsonValueKind.Array => "array",
            JsonValueKind.Object => "object",
            _ => "bool",
        };
        return $"json: cannot unmarshal {kind} into Go struct field {owner.Name}.{path} of type {goType}";
    }

    private static string GoType(string element) => element switch
    {
        "int" => "int32",
        "long" => "int64",
        "bytes" => "[]uint8",
        "string" or "bool" => element,
        _ => "v1." + element,
    };
}
