using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes;
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

    /// <summary>Reads the stored object.</summary>
    public static T Old<T>(AdmissionRequest request, JsonTypeInfo<T> type) where T : class => Read(request, request.OldObject, "oldObject", type);

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
