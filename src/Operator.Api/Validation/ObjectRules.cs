using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Api.Validation;

/// <summary>What holds for objects of every kind.</summary>
internal static class ObjectRules
{
    /// <summary>Checks what is around the spec.</summary>
    /// <returns>Whether there is a spec to look at.</returns>
    public static bool Check(FindingCollector found, V1ObjectMeta? metadata, object? spec, UnreadableObjectException? unreadable, bool nameIsLabel = true)
    {
        // The name becomes the value of a label on every child. An object that is still to be named by the server has none.
        if (nameIsLabel && metadata?.Name is { Length: > TextRules.LabelLength } name)
        {
            found.Error("metadata.name", FindingReason.FieldValueTooLong,
                $"has {name.Length} characters; at most {TextRules.LabelLength} are allowed, because children carry it as a label");
        }
        if (unreadable is not null)
        {
            found.Error(unreadable.Field, FindingReason.FieldValueTypeInvalid, unreadable.Fault + "; correct the field and apply the object again");
            return false;
        }
        if (spec is not null) return true;
        found.Required("spec", "is missing");
        return false;
    }

    /// <summary>Whether two specs say the same.</summary>
    public static bool SameSpec<T>(T? one, T? other, JsonTypeInfo<T> type)
        where T : class =>
        one is null || other is null
            ? one is null && other is null
            : JsonElement.DeepEquals(JsonSerializer.SerializeToElement(one, type), JsonSerializer.SerializeToElement(other, type));
}
