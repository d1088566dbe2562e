using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes.Models;

namespace Operator.Kubernetes.Serialization;

/// <summary>Reads single objects and gives them the kind that the wire leaves out inside of lists.</summary>
internal static class ObjectReader
{
    /// <summary>Reads one object of kind <typeparamref name="T"/>.</summary>
    /// <remarks>One that does not fit arrives without its spec and with the error where <typeparamref name="T"/> tolerates that.</remarks>
    /// <exception cref="UnreadableObjectException">The JSON is not an object of that type, or its metadata is not.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        T? value;
        try
        {
            value = JsonSerializer.Deserialize(utf8, type);
        }
        catch (JsonException error)
        {
            var unreadable = new UnreadableObjectException(typeof(T), Identify(utf8), error);
            return Tolerate(utf8, type, unreadable) ?? throw unreadable;
        }
        if (value is null) throw new UnreadableObjectException(typeof(T), "an object", new JsonException("found null"));
        Identify(value);
        return value;
    }

    /// <summary>Sets apiVersion, kind and metadata where the object has none.</summary>
    public static void Identify<T>(T value)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var entity = EntityMetadata.For<T>();
        if (string.IsNullOrEmpty(value.ApiVersion)) value.ApiVersion = entity.ApiVersion;
        if (string.IsNullOrEmpty(value.Kind)) value.Kind = entity.Kind;
        value.Metadata ??= new V1ObjectMeta();
    }

    /// <summary>Refuses to write back what was read only in part: it would replace what the user stored by nothing.</summary>
    /// <exception cref="InvalidOperationException">The object was not read whole.</exception>
    public static void CheckWhole(object entity)
    {
        if (entity is IToleratesUnreadable { Unreadable: { } error })
        {
            throw new InvalidOperationException(
                $"{error.Identity} was read in part only ({error.Field} {error.Fault}) and writing it back would lose its content; "
                + "patch single fields, such as its status or metadata.", error);
        }
    }

    /// <summary>An object of which only apiVersion, kind and metadata are read; null when the type or the metadata do not allow it.</summary>
    public static T? MetadataOnly<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (type.CreateObject is not { } create) return null;
        if (JsonSerializer.Deserialize(utf8, KubernetesJson.BuiltIn.TypeInfo<PartialObjectMetadata>()) is not { } partial) return null;
        var value = create();
        value.ApiVersion = partial.ApiVersion;
        value.Kind = partial.Kind;
        value.Metadata = partial.Metadata;
        Identify(value);
        return value;
    }

    private static T? Tolerate<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type, UnreadableObjectException error)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (!typeof(IToleratesUnreadable).IsAssignableFrom(typeof(T))) return null;
        foreach (var keepStatus in new[] { true, false })
        {
            try
            {
                var value = JsonSerializer.Deserialize(WithoutSpec(utf8, keepStatus), type);
                // Without a name it could not be told apart from others: such an answer is broken as a whole.
                if (value?.Metadata is not { Name.Length: > 0 }) return null;
                Identify(value);
                ((IToleratesUnreadable)value).Unreadable = error;
                return value;
            }
            catch (JsonException)
            {
                // What does not fit is elsewhere; without its status less of the object is left, and then nothing.
                // The first error, which the object carries or the caller throws, says where to look.
            }
        }
        return null;
    }

    /// <summary>An object without its spec, and with its whole status or only the conditions of it.</summary>
    private static byte[] WithoutSpec(ReadOnlySpan<byte> utf8, bool keepStatus)
    {
        using var document = JsonDocument.Parse(utf8.ToArray(), new JsonDocumentOptions { MaxDepth = 256 });
        if (document.RootElement.ValueKind != JsonValueKind.Object) throw new JsonException("not an object");
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.NameEquals("spec")) continue;
                if (keepStatus || !property.NameEquals("status")) property.WriteTo(writer);
                else WriteConditions(writer, property.Value);
            }
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    // A controller that does not see its own conditions would find each of them changed, every time.
    private static void WriteConditions(Utf8JsonWriter writer, JsonElement status)
    {
        if (status.ValueKind != JsonValueKind.Object || !status.TryGetProperty("conditions", out var conditions)) return;
        writer.WriteStartObject("status");
        writer.WritePropertyName("conditions");
        conditions.WriteTo(writer);
        writer.WriteEndObject();
    }

    /// <summary>Namespace and name of an object that could not be read as its type.</summary>
    private static string Identify(ReadOnlySpan<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8.ToArray());
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("metadata", out var metadata)
                || metadata.ValueKind != JsonValueKind.Object) return "an object without metadata";
            var name = Text(metadata, "name") ?? "an object without a name";
            return Text(metadata, "namespace") is { } space ? space + "/" + name : name;
        }
        catch (JsonException)
        {
            return "an object that is not valid JSON";
        }
    }

    private static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
