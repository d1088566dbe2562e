using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Schemas;

/// <summary>What a JSON value is, with integers told from other numbers as Kubernetes does.</summary>
internal enum JsonScalarKind
{
    /// <summary>JSON null.</summary>
    Null,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A number without fraction or exponent that fits 64 bits.</summary>
    Integer,

    /// <summary>Any other number.</summary>
    Float,

    /// <summary>A string.</summary>
    String,

    /// <summary>An array.</summary>
    List,

    /// <summary>An object.</summary>
    Map,
}

/// <summary>Reads scalars out of JSON nodes, whether they were parsed or created.</summary>
internal static class JsonScalar
{
    /// <summary>The kind of a node.</summary>
    public static JsonScalarKind KindOf(JsonNode? node) => node switch
    {
        null => JsonScalarKind.Null,
        JsonObject => JsonScalarKind.Map,
        JsonArray => JsonScalarKind.List,
        _ => node.GetValueKind() switch
        {
            JsonValueKind.String => JsonScalarKind.String,
            JsonValueKind.True or JsonValueKind.False => JsonScalarKind.Boolean,
            JsonValueKind.Number => TryInteger(node, out _) ? JsonScalarKind.Integer : JsonScalarKind.Float,
            JsonValueKind.Null => JsonScalarKind.Null,
            var kind => throw new InvalidOperationException($"A JSON value of kind {kind} is no API value."),
        },
    };

    /// <summary>The text of a string node.</summary>
    public static string Text(JsonNode? node) => node!.GetValue<string>();

    /// <summary>The value of an integer node.</summary>
    public static long Integer(JsonNode? node) =>
        TryInteger(node!, out var value) ? value : throw new InvalidOperationException("The JSON value is no integer.");

    /// <summary>The value of any number node.</summary>
    public static double Double(JsonNode? node) =>
        double.Parse(node!.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>Whether a node is a string, and its text.</summary>
    public static bool TryText(JsonNode? node, out string text)
    {
        text = "";
        return node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.TryGetValue(out text!);
    }

    private static bool TryInteger(JsonNode node, out long integer)
    {
        if (node is JsonValue value)
        {
            if (value.TryGetValue(out JsonElement element))
            {
                integer = 0;
                return element.ValueKind == JsonValueKind.Number
                    && long.TryParse(element.GetRawText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out integer);
            }

            if (value.TryGetValue(out integer))
            {
                return true;
            }

            if (value.TryGetValue(out int narrow))
            {
                integer = narrow;
                return true;
            }
        }

        integer = 0;
        return false;
    }
}
