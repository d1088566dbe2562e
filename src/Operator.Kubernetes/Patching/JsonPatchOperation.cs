using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Patching;

/// <summary>One operation of a JSON patch (RFC 6902).</summary>
public sealed record JsonPatchOperation
{
    private JsonPatchOperation(string op, string path) => (Op, Path) = (op, path);

    /// <summary><c>add</c>, <c>remove</c>, <c>replace</c>, <c>test</c>, <c>move</c> or <c>copy</c>.</summary>
    public string Op { get; }

    /// <summary>The place, as a JSON pointer.</summary>
    public string Path { get; }

    /// <summary>The value of add, replace and test; null is the JSON null.</summary>
    public JsonNode? Value { get; private init; }

    /// <summary>The source of move and copy.</summary>
    public string? From { get; private init; }

    /// <summary>Adds a field, or inserts into a list (<c>/-</c> appends).</summary>
    public static JsonPatchOperation Add(string path, JsonNode? value) => new("add", Checked(path)) { Value = value };

    /// <summary>Removes what is there; an error where nothing is.</summary>
    public static JsonPatchOperation Remove(string path) => new("remove", Checked(path));

    /// <summary>Replaces what is there; an error where nothing is.</summary>
    public static JsonPatchOperation Replace(string path, JsonNode? value) => new("replace", Checked(path)) { Value = value };

    /// <summary>Refuses the whole patch unless this value is there.</summary>
    public static JsonPatchOperation Test(string path, JsonNode? value) => new("test", Checked(path)) { Value = value };

    /// <summary>Moves a value.</summary>
    public static JsonPatchOperation Move(string from, string path) => new("move", Checked(path)) { From = Checked(from) };

    /// <summary>Copies a value.</summary>
    public static JsonPatchOperation Copy(string from, string path) => new("copy", Checked(path)) { From = Checked(from) };

    /// <summary>Builds a pointer out of names: <c>Pointer("metadata", "annotations", "a/b")</c> is <c>/metadata/annotations/a~1b</c>.</summary>
    public static string Pointer(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var pointer = new StringBuilder();
        foreach (var name in names)
            pointer.Append('/').Append(name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        return pointer.ToString();
    }

    /// <summary>Writes a patch as UTF-8 JSON, as an admission webhook returns it.</summary>
    public static byte[] Write(IReadOnlyList<JsonPatchOperation> operations)
    {
        ArgumentNullException.ThrowIfNull(operations);
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var operation in operations) operation.WriteTo(writer);
            writer.WriteEndArray();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("op", Op);
        writer.WriteString("path", Path);
        if (From is not null) writer.WriteString("from", From);
        if (Op is "add" or "replace" or "test")
        {
            writer.WritePropertyName("value");
            if (Value is null) writer.WriteNullValue();
            else Value.WriteTo(writer);
        }
        writer.WriteEndObject();
    }

    private static string Checked(string path) => path is "" or ['/', ..]
        ? path
        : throw new ArgumentException($"'{path}' is not a JSON pointer: it must be empty or begin with '/'.", nameof(path));
}
