using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Admission.Review;

namespace Operator.Runtime.Admission;

/// <summary>An object of a review does not fit the webhook's type; the message and cause name the field.</summary>
internal sealed class UnfitObjectException(ValidationCause cause) : Exception($"{cause.Field}: {cause.Message}")
{
    public ValidationCause Cause { get; } = cause;
}

/// <summary>Reads the objects of a review as the type of a webhook.</summary>
internal static class ReviewedObject
{
    /// <summary>Reads the new object.</summary>
    public static T New<T>(AdmissionRequest request, JsonTypeInfo<T> type) where T : class => Read(request, request.Object, "object", type);

    /// <summary>
    /// Reads the stored object. One that does not fit arrives with its metadata and the error where its type tolerates that: else
    /// nobody could correct what was stored under another schema.
    /// </summary>
    public static T Old<T>(AdmissionRequest request, JsonTypeInfo<T> type)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        typeof(IToleratesUnreadable).IsAssignableFrom(typeof(T)) && Unfit(request.OldObject, type) is { } error
            ? MetadataOnly(request, type, error)
            : Read(request, request.OldObject, "oldObject", type);

    /// <summary>
    /// Whether an update leaves an object as unfit as it was stored, and changes only its metadata: so a finalizer can be taken away.
    /// </summary>
    public static bool StaysUnfit<T>(AdmissionRequest request, JsonTypeInfo<T> type)
        where T : class =>
        typeof(IToleratesUnreadable).IsAssignableFrom(typeof(T))
        && Unfit(request.Object, type) is not null
        && request is { Object: { ValueKind: JsonValueKind.Object } now, OldObject: { ValueKind: JsonValueKind.Object } old }
        && Spec(now) is { } spec && Spec(old) is { } stored
        && JsonElement.DeepEquals(spec, stored);

    /// <summary>Says why a webhook for a type cannot answer a request; null when it can.</summary>
    public static string? Misdirected<T>(AdmissionRequest request)
    {
        var entity = EntityMetadata.For<T>();
        var (group, version, kind) = request.Kind;
        if (group == entity.Group && version == entity.Version && kind == entity.Kind) return null;
        return $"this webhook understands {entity.ApiVersion}, {entity.Kind} but was asked about {request.Kind}; "
            + "correct the rules of the webhook configuration";
    }

    private static T Read<T>(AdmissionRequest request, JsonElement? json, string field, JsonTypeInfo<T> type)
        where T : class
    {
        if (json is not { } element)
            throw new MalformedReviewException($"request.{field} is missing, which an {request.Operation} has");
        try
        {
            return element.Deserialize(type) ?? throw new MalformedReviewException($"request.{field} is null");
        }
        catch (JsonException error)
        {
            throw new UnfitObjectException(Cause(error));
        }
    }

    private static JsonElement? Spec(JsonElement element) => element.TryGetProperty("spec", out var spec) ? spec : null;

    private static JsonException? Unfit<T>(JsonElement? json, JsonTypeInfo<T> type)
    {
        try
        {
            json?.Deserialize(type);
            return null;
        }
        catch (JsonException error)
        {
            return error;
        }
    }

    private static T MetadataOnly<T>(AdmissionRequest request, JsonTypeInfo<T> type, JsonException error)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (type.CreateObject is not { } create || request.OldObject is not { ValueKind: JsonValueKind.Object } element)
            throw new UnfitObjectException(Cause(error));
        var value = create();
        if (element.TryGetProperty("metadata", out var metadata))
            value.Metadata = metadata.Deserialize(KubernetesJson.BuiltIn.TypeInfo<V1ObjectMeta>()) ?? new V1ObjectMeta();
        ((IToleratesUnreadable)value).Unreadable = new UnreadableObjectException(typeof(T), value.Metadata.Name ?? "an object", error);
        return value;
    }

    private static ValidationCause Cause(JsonException error)
    {
        var field = error.Path is { Length: > 2 } path ? path[2..] : "object";
        // The serializer's own messages speak of .NET types and byte positions; those of converters speak to users.
        var message = error.Message;
        if (message.IndexOf(" Path: $", StringComparison.Ordinal) is var end and > 0) message = message[..end].TrimEnd('.', ' ');
        if (message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)) message = "has a value of the wrong type";
        return new ValidationCause(field, message, "FieldValueTypeInvalid");
    }
}
