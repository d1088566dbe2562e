using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Api;

/// <summary>Puts the errors of metadata, schema and kind together.</summary>
internal static class ObjectValidation
{
    private static readonly ConditionalWeakTable<StructuralSchema, object> HasRules = [];

    private static readonly string[] BlockingReasons =
        ["FieldValueRequired", "FieldValueTypeInvalid", "FieldValueNotSupported", "FieldValueTooLong", "FieldValueTooMany"];

    private static readonly FieldError RulesNotChecked = new(
        "<nil>", "FieldValueInvalid",
        "Invalid value: null: some validation rules were not checked because the object was invalid; "
        + "correct the existing errors to complete validation");

    /// <summary>Checks an object that is to be stored; <paramref name="live"/> is null on create.</summary>
    /// <exception cref="ApiException">422 with every error.</exception>
    public static void Check(JsonObject value, JsonObject? live, ResourceDefinition resource)
    {
        var errors = new List<FieldError>();
        errors.AddRange(MetadataRules.Validate(value, resource));
        if (live is not null) errors.AddRange(MetadataRules.ValidateUpdate(value, live, resource));
        errors.AddRange(resource.Schema.Validate(value, live));
        errors.AddRange(resource.Strategy.Validate(value, live));
        if (errors.Count == 0) return;
        // Rules are not evaluated here, but a real server tells that it skipped them, and clients show it.
        if (resource.IsCustom && errors.Exists(e => BlockingReasons.Contains(e.Reason)) && !errors.Contains(RulesNotChecked)
            && DeclaresRules(resource.Schema)) errors.Add(RulesNotChecked);
        // Kinds of two groups that share a storage (events) are named by the group of the storage.
        var group = resource.StorageKey.Split('/')[0];
        throw ApiErrors.Invalid(group, resource.Kind, ObjectMetadata.Text(value, "name"), errors);
    }

    private static bool DeclaresRules(StructuralSchema schema) =>
        (bool)HasRules.GetValue(schema, static s => Contains(s.Source, "x-kubernetes-validations"));

    private static bool Contains(JsonNode? node, string key) => node switch
    {
        JsonObject map => map.ContainsKey(key) || map.Any(m => Contains(m.Value, key)),
        JsonArray list => list.Any(item => Contains(item, key)),
        _ => false,
    };
}
