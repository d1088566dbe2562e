using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Api;

/// <summary>Validates metadata as every kind has it.</summary>
internal static class MetadataRules
{
    private const int MaximumAnnotationBytes = 256 * 1024;

    /// <summary>The errors of an object's metadata on create and update.</summary>
    public static IEnumerable<FieldError> Validate(JsonObject value, ResourceDefinition resource)
    {
        var metadata = ObjectMetadata.Of(value);
        var generateName = ObjectMetadata.TextOf(metadata["generateName"]);
        if (generateName.Length > 0 && resource.Strategy.ValidateName(generateName.TrimEnd('-')) is { } prefixReason)
            yield return new("metadata.generateName", "FieldValueInvalid", $"Invalid value: {Quote(generateName)}: {prefixReason}");
        var name = ObjectMetadata.TextOf(metadata["name"]);
        if (name.Length == 0)
            yield return new("metadata.name", "FieldValueRequired", "Required value: name or generateName is required");
        else if (resource.Strategy.ValidateName(name) is { } reason)
            yield return new("metadata.name", "FieldValueInvalid", $"Invalid value: {Quote(name)}: {reason}");

        foreach (var error in Labels(metadata["labels"])) yield return error;
        foreach (var error in Annotations(metadata["annotations"])) yield return error;
        foreach (var error in OwnerReferences(metadata["ownerReferences"])) yield return error;
        foreach (var finalizer in ObjectMetadata.Finalizers(value))
        {
            if (NameRules.QualifiedName(finalizer) is { } wrong)
                yield return new("metadata.finalizers", "FieldValueInvalid", $"Invalid value: {Quote(finalizer)}: {wrong}");
            else if (resource.IsCustom && !finalizer.Contains('/') && finalizer is not ("orphan" or "foregroundDeletion"))
                yield return new("metadata.finalizers", "FieldValueInvalid", $"Invalid value: {Quote(finalizer)}: {UnqualifiedFinalizer}");
        }
    }

    /// <summary>The errors of what an update must not change.</summary>
    public static IEnumerable<FieldError> ValidateUpdate(JsonObject updated, JsonObject live, ResourceDefinition resource)
    {
        foreach (var field in (string[])["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"])
        {
            var (now, before) = (updated["metadata"]?[field], live["metadata"]?[field]);
            if (!JsonNode.DeepEquals(now, before))
                yield return new($"metadata.{field}", "FieldValueInvalid", $"Invalid value: {now?.ToJsonString() ?? "null"}: field is immutable");
        }
        if (!ObjectMetadata.IsDeleting(live)) yield break;
        var added = ObjectMetadata.Finalizers(updated).Except(ObjectMetadata.Finalizers(live)).ToList();
        if (added.Count == 0) yield break;
        var shown = string.Join(", ", added.Select(Quote));
        var error = new FieldError(
            "metadata.finalizers", "FieldValueForbidden",
            $"Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{{{shown}}}");
        yield return error;
        // A real server checks custom resources twice and says so twice.
        if (resource.IsCustom) yield return error;
    }

    private const string UnqualifiedFinalizer =
        "name is neither a standard finalizer name nor is it fully qualified";

    private static IEnumerable<FieldError> Labels(JsonNode? labels)
    {
        if (labels is not JsonObject map) yield break;
        foreach (var (key, value) in map)
        {
            if (NameRules.QualifiedName(key) is { } reason)
                yield return new("metadata.labels", "FieldValueInvalid", $"Invalid value: {Quote(key)}: {reason}");
            var text = ObjectMetadata.TextOf(value);
            if (NameRules.LabelValue(text) is { } wrong)
                yield return new("metadata.labels", "FieldValueInvalid", $"Invalid value: {Quote(text)}: {wrong}");
        }
    }

    private static IEnumerable<FieldError> Annotations(JsonNode? annotations)
    {
        if (annotations is not JsonObject map) yield break;
        var size = 0;
        foreach (var (key, value) in map)
        {
            if (NameRules.QualifiedName(key.ToLowerInvariant()) is { } reason)
                yield return new("metadata.annotations", "FieldValueInvalid", $"Invalid value: {Quote(key)}: {reason}");
            size += System.Text.Encoding.UTF8.GetByteCount(key) + System.Text.Encoding.UTF8.GetByteCount(ObjectMetadata.TextOf(value));
        }
        if (size > MaximumAnnotationBytes)
            yield return new("metadata.annotations", "FieldValueTooLong", $"Too long: may not be more than {MaximumAnnotationBytes} bytes");
    }

    private static IEnumerable<FieldError> OwnerReferences(JsonNode? references)
    {
        if (references is not JsonArray list) yield break;
        var controllers = 0;
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not JsonObject reference) continue;
            foreach (var field in (string[])["apiVersion", "kind", "name", "uid"])
            {
                if (ObjectMetadata.TextOf(reference[field]).Length == 0)
                    yield return new($"metadata.ownerReferences[{i}].{field}", "FieldValueInvalid", $"Invalid value: \"\": must not be empty");
            }
            if (reference["controller"] is JsonValue flag && flag.GetValueKind() == JsonValueKind.True) controllers++;
        }
        if (controllers > 1)
        {
            yield return new(
                "metadata.ownerReferences", "FieldValueInvalid",
                $"Invalid value: {list.ToJsonString()}: Only one reference can have Controller set to true. Found \"true\" in references "
                + string.Join(" and ", list.Where(r => r?["controller"]?.ToJsonString() == "true").Take(2).Select(r => $"{r!["kind"]}/{r["name"]}")));
        }
    }

    private static string Quote(string text) => $"\"{text}\"";
}
