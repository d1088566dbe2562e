using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Operator.Kubernetes.Serialization;

/// <summary>
/// How objects become JSON and back: camelCase names, no nulls on write, unknown fields kept. Types come from source-generated
/// contexts only: the models of this library and those that the caller gives. Immutable and safe for concurrent use.
/// </summary>
public sealed class KubernetesJson
{
    private readonly JsonSerializerOptions _options;

    /// <summary>Creates a serializer for the built-in models and the types of <paramref name="contexts"/>.</summary>
    /// <param name="contexts">Source-generated contexts (<c>MyContext.Default</c>) that know the caller's entities.</param>
    public KubernetesJson(params IEnumerable<IJsonTypeInfoResolver> contexts)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        _options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = JsonTypeInfoResolver.Combine([KubernetesJsonContext.Default, .. contexts]),
            MaxDepth = 256,
        };
        _options.MakeReadOnly();
    }

    /// <summary>A serializer that knows the built-in models only.</summary>
    public static KubernetesJson BuiltIn { get; } = new();

    /// <summary>The serializer options, for callers that drive <see cref="JsonSerializer"/> themselves.</summary>
    public JsonSerializerOptions Options => _options;

    /// <summary>The metadata of <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">No context knows the type; the message says what to add.</exception>
    public JsonTypeInfo<T> TypeInfo<T>() =>
        _options.TryGetTypeInfo(typeof(T), out var info)
            ? (JsonTypeInfo<T>)info
            : throw new InvalidOperationException(
                $"{typeof(T).FullName} has no JSON metadata. Add [JsonSerializable(typeof({typeof(T).Name}))] to a JsonSerializerContext "
                + $"and give its Default to {nameof(KubernetesClientOptions)}.{nameof(KubernetesClientOptions.JsonContexts)}.");

    /// <summary>Writes an object as UTF-8 JSON.</summary>
    public byte[] Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, TypeInfo<T>());

    /// <summary>Reads an object from UTF-8 JSON.</summary>
    /// <exception cref="JsonException">The text is not JSON, or does not fit the type.</exception>
    public T Deserialize<T>(ReadOnlySpan<byte> utf8) =>
        JsonSerializer.Deserialize(utf8, TypeInfo<T>()) ?? throw new JsonException($"expected a {typeof(T).Name}, found null");

    /// <summary>Writes an object as a JSON document that can be changed.</summary>
    /// <exception cref="JsonException">The value is not written as a JSON object.</exception>
    public JsonObject ToNode<T>(T value) =>
        JsonSerializer.SerializeToNode(value, TypeInfo<T>()) as JsonObject
        ?? throw new JsonException($"a {typeof(T).Name} is not a JSON object");

    /// <summary>Reads an object from a JSON document.</summary>
    /// <exception cref="JsonException">The document does not fit the type.</exception>
    public T FromNode<T>(JsonNode node) =>
        JsonSerializer.Deserialize(node, TypeInfo<T>()) ?? throw new JsonException($"expected a {typeof(T).Name}, found null");
}
