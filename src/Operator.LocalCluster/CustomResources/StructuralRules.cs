using System.Text.Json.Nodes;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.CustomResources;

/// <summary>Whether a CRD's OpenAPI schema is structural, its lists and defaults included.</summary>
internal static class StructuralRules
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    private enum Level
    {
        Root,
        Field,
        Item,
    }

    /// <summary>All errors of a version's schema at a path. Defaults are looked at only when the schema is structural.</summary>
    public static IReadOnlyList<FieldError> Errors(JsonObject schema, string path)
    {
        var errors = new List<FieldError>();
        Check(schema, path, Level.Root, errors);
        if (errors.Count == 0)
            CheckDefaults(schema, path, errors);
        return errors;
    }

    private static void Check(JsonObject schema, string path, Level level, List<FieldError> errors)
    {
        var type = schema.Text("type") ?? "";
        var free = schema.Flag("x-kubernetes-int-or-string") == true || schema.Flag("x-kubernetes-preserve-unknown-fields") == true;
        if (type.Length == 0 && (!free || level == Level.Root))
        {
            errors.Add(new(path + ".type", "FieldValueRequired", "Required value: must not be empty " + level switch
            {
                Level.Root => "at the root",
                Level.Item => "for specified array items",
                _ => "for specified object fields",
            }));
        }
        else if (type.Length > 0 && !Types.Contains(type))
        {
            errors.Add(new(path + ".type", "FieldValueNotSupported",
                $"Unsupported value: \"{type}\": supported values: {string.Join(", ", Types.Select(t => $"\"{t}\""))}"));
        }
        else if (level == Level.Root && type != "object")
        {
            errors.Add(new(path + ".type", "FieldValueInvalid", $"Invalid value: \"{type}\": must be object at the root"));
        }
        CheckForbidden(schema, path, errors);
        CheckList(schema, type, path, errors);
        CheckPattern(schema, path, errors);
        CheckRules(schema, path, errors);
        foreach (var (name, child) in schema.Child("properties") ?? [])
            if (child is JsonObject property)
                Check(property, $"{path}.properties[{name}]", Level.Field, errors);
        if (schema.Child("additionalProperties") is { } additional)
            Check(additional, path + ".additionalProperties", Level.Field, errors);
        if (schema.Child("items") is { } items)
            Check(items, path + ".items", Level.Item, errors);
    }

    private static void CheckForbidden(JsonObject schema, string path, List<FieldError> errors)
    {
        void Forbid(string field, string why) => errors.Add(new($"{path}.{field}", "FieldValueForbidden", "Forbidden: " + why));
        if (schema.ContainsKey("$ref"))
            Forbid("$ref", "$ref is not supported");
        if (schema.Flag("uniqueItems") == true)
            Forbid("uniqueItems", "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        if (schema.Flag("additionalProperties") == false)
            Forbid("additionalProperties", "additionalProperties cannot be set to false");
        if (schema.Child("additionalProperties") is not null && schema.Child("properties") is { Count: > 0 })
            Forbid("additionalProperties", "additionalProperties and properties are mutual exclusive");
    }

    private static void CheckList(JsonObject schema, string type, string path, List<FieldError> errors)
    {
        if (type == "array" && schema.Child("items") is null)
            errors.Add(new(path + ".items", "FieldValueRequired", "Required value: must be specified"));
        var listType = schema.Text("x-kubernetes-list-type");
        if (listType is not null && type != "array")
            errors.Add(new(path + ".type", "FieldValueInvalid", $"Invalid value: \"{type}\": must be array if x-kubernetes-list-type is specified"));
        if (listType is not (null or "atomic" or "set" or "map"))
        {
            errors.Add(new(path + ".x-kubernetes-list-type", "FieldValueNotSupported",
                $"Unsupported value: \"{listType}\": supported values: \"atomic\", \"map\", \"set\""));
        }
        if (listType == "set" && schema.Text("items", "type") == "object" && schema.Text("items", "x-kubernetes-map-type") != "atomic")
        {
            errors.Add(new(path + ".items.x-kubernetes-map-type", "FieldValueInvalid",
                "Invalid value: null: must be atomic as item of a list with x-kubernetes-list-type=set"));
        }
        var keys = schema.Texts("x-kubernetes-list-map-keys").ToList();
        if (listType != "map")
        {
            if (keys.Count > 0)
                errors.Add(new(path + ".x-kubernetes-list-type", "FieldValueRequired", "Required value: must be map if x-kubernetes-list-map-keys is non-empty"));
            return;
        }
        if (keys.Count == 0)
        {
            errors.Add(new(path + ".x-kubernetes-list-map-keys", "FieldValueRequired",
                "Required value: must not be empty if x-kubernetes-list-type is map"));
        }
        var required = schema.Texts("items", "required").ToHashSet(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var property = schema.Child("items", "properties", key);
            if (property is null)
            {
                errors.Add(new(path + ".x-kubernetes-list-map-keys", "FieldValueInvalid",
                    $"Invalid value: {JsonText.Of(schema["x-kubernetes-list-map-keys"])}: entries must all be names of item properties"));
            }
            else if (!required.Contains(key) && !property.ContainsKey("default"))
            {
                errors.Add(new($"{path}.items.properties[{key}].default", "FieldValueRequired",
                    "Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
            }
        }
    }

    private static void CheckPattern(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.Text("pattern") is not { } pattern)
            return;
        if (!Re2Pattern.IsValid(pattern, out var reason))
            errors.Add(new(path + ".pattern", "FieldValueInvalid",
                $"Invalid value: {JsonText.Of(pattern)}: must be a valid regular expression, but isn't: {reason}"));
    }

    // The rules' text is not compiled: the local cluster does not evaluate CEL.
    private static void CheckRules(JsonObject schema, string path, List<FieldError> errors)
    {
        var index = 0;
        foreach (var rule in schema.Children("x-kubernetes-validations"))
        {
            if (string.IsNullOrWhiteSpace(rule.Text("rule")))
                errors.Add(new($"{path}.x-kubernetes-validations[{index}].rule", "FieldValueRequired", "Required value: rule is not specified"));
            index++;
        }
    }

    private static void CheckDefaults(JsonObject schema, string path, List<FieldError> errors)
    {
        if (schema.TryGetPropertyValue("default", out var value) && value is not null)
        {
            // The default is checked as the only field of an object, whose name is the path that the error shows.
            var field = path + ".default";
            var wrapper = StructuralSchema.Parse(new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { [field] = schema.DeepClone() },
            });
            errors.AddRange(wrapper.Validate(new JsonObject { [field] = value.DeepClone() }, null));
        }
        foreach (var (name, child) in schema.Child("properties") ?? [])
            if (child is JsonObject property)
                CheckDefaults(property, $"{path}.properties[{name}]", errors);
        foreach (var name in (string[])["additionalProperties", "items"])
            if (schema.Child(name) is { } child)
                CheckDefaults(child, $"{path}.{name}", errors);
    }
}
