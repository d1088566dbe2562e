using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes.Models;

namespace Operator.Kubernetes.Serialization;

/// <summary>Reads single objects and gives them the kind that the wire leaves out inside of lists.</summary>
internal static class ObjectReader
{
    /// <summary>Reads one object of kind <typeparamref name="T"/>.</summary>
    /// <exception cref="UnreadableObjectException">The JSON is not an object of that type.</exception>
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
            throw new UnreadableObjectException(typeof(T), Identify(utf8), error);
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
