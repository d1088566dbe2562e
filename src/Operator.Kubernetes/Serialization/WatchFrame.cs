using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes.Models;

namespace Operator.Kubernetes.Serialization;

/// <summary>Reads one frame of a watch: <c>{"type": …, "object": …}</c>, in either order.</summary>
internal static class WatchFrame
{
    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = 256 };

    /// <summary>Turns a frame into an event.</summary>
    /// <exception cref="KubernetesException">The frame is an ERROR event.</exception>
    /// <exception cref="JsonException">The frame is not a watch event.</exception>
    /// <exception cref="UnreadableObjectException">The object does not fit the type.</exception>
    public static WatchEvent<T> Parse<T>(ReadOnlySpan<byte> frame, KubernetesJson json)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var (type, range) = Find(frame);
        var @object = frame[range];
        return type switch
        {
            "ADDED" => new WatchEvent<T>(WatchEventType.Added, ObjectReader.Read(@object, json.TypeInfo<T>())),
            "MODIFIED" => new WatchEvent<T>(WatchEventType.Modified, ObjectReader.Read(@object, json.TypeInfo<T>())),
            "DELETED" => new WatchEvent<T>(WatchEventType.Deleted, ObjectReader.Read(@object, json.TypeInfo<T>())),
            "BOOKMARK" => new WatchEvent<T>(WatchEventType.Bookmark, Bookmark(@object, json.TypeInfo<T>())),
            "ERROR" => throw Error(@object),
            _ => throw new JsonException($"'{type}' is not a type of watch event"),
        };
    }

    private static (string Type, Range Object) Find(ReadOnlySpan<byte> frame)
    {
        var reader = new Utf8JsonReader(frame, ReaderOptions);
        string? type = null;
        Range? found = null;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("a watch event must be a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String) type = reader.GetString();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isObject) found = start..(int)reader.BytesConsumed;
        }
        if (type is null) throw new JsonException("a watch event has no type");
        return (type, found ?? throw new JsonException($"the watch event {type} has no object"));
    }

    /// <summary>
    /// A bookmark carries only metadata; the rest of it may be empty in ways that the type's own fields would refuse.
    /// </summary>
    private static T Bookmark<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (type.CreateObject is null) return ObjectReader.Read(utf8, type);
        return ObjectReader.MetadataOnly(utf8, type) ?? throw new JsonException("a bookmark has no object");
    }

    private static KubernetesException Error(ReadOnlySpan<byte> utf8)
    {
        var status = JsonSerializer.Deserialize(utf8, KubernetesJson.BuiltIn.TypeInfo<V1Status>()) ?? new V1Status();
        status.Message ??= "the server ended the watch with an error that has no message";
        return new KubernetesException((HttpStatusCode)(status.Code ?? (int)HttpStatusCode.InternalServerError), status);
    }
}
