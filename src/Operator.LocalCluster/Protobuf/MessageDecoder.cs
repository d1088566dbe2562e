using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.BuiltIns;

namespace Operator.LocalCluster.Protobuf;

/// <summary>Turns protobuf messages of the built-in kinds into the JSON that means the same.</summary>
internal static class MessageDecoder
{
    private const int MaxDepth = 32;

    /// <summary>A root object, with its metadata.</summary>
    /// <exception cref="ApiException">400 for a malformed message, 415 for parts that are not read from protobuf.</exception>
    public static JsonObject DecodeRoot(ReadOnlySpan<byte> message, TypeDefinition type)
    {
        var value = new JsonObject();
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Number == 1 && type.Find("metadata") is null && type.Fields.All(field => field.Numbers is not [1, ..]))
                value["metadata"] = DecodeObject(reader.Bytes, TypeCatalog.Get("ObjectMeta"), 1);
            else
                Read(ref reader, value, type, 0, 0, 1);
        }
        return value;
    }

    private static JsonObject DecodeObject(ReadOnlySpan<byte> message, TypeDefinition type, int depth)
    {
        var value = new JsonObject();
        Fill(message, value, type, 0, 0, depth);
        return value;
    }

    // Level 1 reads the fields of a message that is embedded under a number of its own.
    private static void Fill(ReadOnlySpan<byte> message, JsonObject value, TypeDefinition type, int level, int parent, int depth)
    {
        if (depth > MaxDepth)
            throw WireReader.Malformed();
        var reader = new WireReader(message);
        while (reader.Next())
            Read(ref reader, value, type, level, parent, depth);
    }

    private static void Read(ref WireReader reader, JsonObject value, TypeDefinition type, int level, int parent, int depth)
    {
        var number = reader.Number;
        foreach (var field in type.Fields)
        {
            if (field.Numbers.Count == level + 1 && field.Numbers[level] == number && (level == 0 || field.Numbers[0] == parent))
            {
                Add(value, field, ref reader, depth);
                return;
            }
        }
        if (level == 0 && type.Fields.Any(field => field.Numbers.Count == 2 && field.Numbers[0] == number))
            Fill(reader.Bytes, value, type, 1, number, depth + 1);
        else if (reader.IsBytes && reader.Bytes.Length > 0)
            throw Unreadable(type, number);
    }

    private static void Add(JsonObject value, FieldDefinition field, ref WireReader reader, int depth)
    {
        switch (field.Shape)
        {
            case FieldShape.Single:
                if (Element(field.Element, ref reader, depth) is { } single)
                    value[field.Name] = single;
                break;
            case FieldShape.Map or FieldShape.AtomicMap:
                AddEntry(value, field, reader.Bytes, depth);
                break;
            default:
                if (value[field.Name] is not JsonArray list)
                    value[field.Name] = list = [];
                list.Add(Element(field.Element, ref reader, depth));
                break;
        }
    }

    private static void AddEntry(JsonObject value, FieldDefinition field, ReadOnlySpan<byte> entry, int depth)
    {
        var key = "";
        JsonNode? item = null;
        var reader = new WireReader(entry);
        while (reader.Next())
        {
            if (reader.Number == 1)
                key = Text(reader.Bytes);
            else if (reader.Number == 2)
                item = Element(field.Element, ref reader, depth);
        }
        if (value[field.Name] is not JsonObject map)
            value[field.Name] = map = [];
        map[key] = item ?? (field.Element is "string" or "bytes" ? "" : null);
    }

    private static JsonNode? Element(string element, ref WireReader reader, int depth) => element switch
    {
        "string" => Text(reader.Bytes),
        "bool" => reader.Value != 0,
        "int" => (int)reader.Value,
        "long" => reader.Value,
        "bytes" => Convert.ToBase64String(reader.Bytes),
        "time" => Time(reader.Bytes, "yyyy-MM-dd'T'HH:mm:ss'Z'"),
        "microtime" => Time(reader.Bytes, "yyyy-MM-dd'T'HH:mm:ss'.'ffffff'Z'"),
        "int-or-string" => NumberOrText(reader.Bytes),
        "strings" => Texts(reader.Bytes),
        "object" => Opaque(reader.Bytes),
        _ => DecodeObject(reader.Bytes, TypeCatalog.Get(element), depth + 1),
    };

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static JsonArray Texts(ReadOnlySpan<byte> message)
    {
        var list = new JsonArray();
        var reader = new WireReader(message);
        while (reader.Next())
            list.Add((JsonNode)Text(reader.Bytes));
        return list;
    }

    private static JsonNode? Time(ReadOnlySpan<byte> message, string format)
    {
        long seconds = 0, nanos = 0;
        var reader = new WireReader(message);
        while (reader.Next())
        {
            if (reader.Number == 1)
                seconds = reader.Value;
            else if (reader.Number == 2)
                nanos = reader.Value;
        }
        // An absent time is an empty message, or the first second of the first year.
        if (message.IsEmpty || seconds <= DateTimeOffset.MinValue.ToUnixTimeSeconds() || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            return null;
        return DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100).UtcDateTime.ToString(format, CultureInfo.InvariantCulture);
    }

    // A quantity is a message with its text; a number or text says first which of the two it is.
    private static JsonNode NumberOrText(ReadOnlySpan<byte> message)
    {
        long kind = 0, number = 0;
        string? quantity = null;
        var text = "";
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Number)
            {
                case 1 when reader.IsBytes:
                    quantity = Text(reader.Bytes);
                    break;
                case 1:
                    kind = reader.Value;
                    break;
                case 2:
                    number = reader.Value;
                    break;
                case 3:
                    text = Text(reader.Bytes);
                    break;
                default:
                    break;
            }
        }
        return quantity ?? (kind == 0 ? (JsonNode)number : text);
    }

    // Raw JSON in a message of its own is the only opaque part that is read; an empty message is an empty object.
    private static JsonObject Opaque(ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
            return [];
        var reader = new WireReader(message);
        try
        {
            if (reader.Next() && reader.IsBytes && reader.Number == 1 && JsonNode.Parse(reader.Bytes) is JsonObject raw && !reader.Next())
                return raw;
        }
        catch (JsonException)
        {
            // Not JSON: told below.
        }
        throw ApiErrors.UnsupportedMediaType("application/json", "application/yaml");
    }

    private static ApiException Unreadable(TypeDefinition type, int number) => new(415, "UnsupportedMediaType",
        string.Create(CultureInfo.InvariantCulture, $"field {number} of {type.Name} is not read from protobuf here: send the object as application/json"));
}
