using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Storage;

/// <summary>
/// Writes objects in the order in which a real server writes them: custom resources with sorted keys, built-in kinds with kind,
/// apiVersion and metadata first.
/// </summary>
internal static class ObjectWriter
{
    /// <summary>The deepest nesting of stored objects: that of request bodies, and as much again for the managed fields.</summary>
    public const int MaximumDepth = 512;

    /// <summary>How all JSON of the server is written: compact, with only the escapes that JSON itself needs.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaximumDepth };

    private static readonly string[] Head = ["kind", "apiVersion", "metadata"];

    private static readonly string[] MetadataOrder =
    [
        "name", "generateName", "namespace", "selfLink", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields",
    ];

    /// <summary>The object as UTF-8.</summary>
    public static byte[] Write(JsonObject value, bool sorted)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, Options)) Write(writer, value, sorted);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The object as errors about patches show it: sorted keys, but metadata in its usual order.</summary>
    public static byte[] WritePatched(JsonObject value)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            foreach (var (name, member) in value.OrderBy(m => m.Key, StringComparer.Ordinal))
            {
                writer.WritePropertyName(name);
                if (name == "metadata" && member is JsonObject metadata) WriteOrdered(writer, metadata, MetadataOrder);
                else WriteSorted(writer, member);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes an object with a writer that has begun its document.</summary>
    public static void Write(Utf8JsonWriter writer, JsonObject value, bool sorted)
    {
        if (sorted)
        {
            WriteSorted(writer, value);
            return;
        }
        writer.WriteStartObject();
        foreach (var name in Head)
        {
            if (!value.TryGetPropertyValue(name, out var member)) continue;
            writer.WritePropertyName(name);
            if (name == "metadata" && member is JsonObject metadata) WriteOrdered(writer, metadata, MetadataOrder);
            else WriteNode(writer, member);
        }
        foreach (var (name, member) in value)
        {
            if (Array.IndexOf(Head, name) >= 0) continue;
            writer.WritePropertyName(name);
            WriteNode(writer, member);
        }
        writer.WriteEndObject();
    }

    private static void WriteOrdered(Utf8JsonWriter writer, JsonObject value, string[] order)
    {
        writer.WriteStartObject();
        foreach (var name in order)
        {
            if (!value.TryGetPropertyValue(name, out var member)) continue;
            writer.WritePropertyName(name);
            WriteNode(writer, member);
        }
        foreach (var (name, member) in value)
        {
            if (Array.IndexOf(order, name) >= 0) continue;
            writer.WritePropertyName(name);
            WriteNode(writer, member);
        }
        writer.WriteEndObject();
    }

    private static void WriteSorted(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject value:
                writer.WriteStartObject();
                var members = new KeyValuePair<string, JsonNode?>[value.Count];
                ((ICollection<KeyValuePair<string, JsonNode?>>)value).CopyTo(members, 0);
                Array.Sort(members, static (x, y) => string.CompareOrdinal(x.Key, y.Key));
                foreach (var (name, member) in members)
                {
                    writer.WritePropertyName(name);
                    WriteSorted(writer, member);
                }
                writer.WriteEndObject();
                break;
            case JsonArray array:
                writer.WriteStartArray();
                foreach (var item in array) WriteSorted(writer, item);
                writer.WriteEndArray();
                break;
            default:
                WriteNode(writer, node);
                break;
        }
    }

    private static void WriteNode(Utf8JsonWriter writer, JsonNode? node)
    {
        if (node is null) writer.WriteNullValue();
        else node.WriteTo(writer);
    }
}
