using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

internal static partial class GoFormat
{
    /// <summary>A value as <c>%v</c> writes it: <c>map[a:1 b:[x y]]</c>.</summary>
    public static string Plain(JsonNode? value) => value switch
    {
        null => "<nil>",
        JsonObject map => "map[" + string.Join(" ", Sorted(map).Select(field => $"{field.Key}:{Plain(field.Value)}")) + "]",
        JsonArray list => "[" + string.Join(" ", list.Select(Plain)) + "]",
        _ => JsonScalar.TryText(value, out var text) ? text : Scalar(value),
    };

    /// <summary>A value as <c>%#v</c> writes it, in Go's own notation.</summary>
    public static string Literal(JsonNode? value) => value switch
    {
        null => "interface {}(nil)",
        JsonObject map => "map[string]interface {}{" + string.Join(", ", Sorted(map).Select(field => $"{Quote(field.Key)}:{Literal(field.Value)}")) + "}",
        JsonArray list => "[]interface {}{" + string.Join(", ", list.Select(Literal)) + "}",
        _ => JsonScalar.TryText(value, out var text) ? Quote(text) : Scalar(value),
    };

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Sorted(JsonObject map) => map.OrderBy(field => field.Key, StringComparer.Ordinal);

    private static string Scalar(JsonNode value) =>
        JsonScalar.KindOf(value) == JsonScalarKind.Float ? Float(JsonScalar.Double(value)) : value.ToJsonString();
}
