using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Tests.Manifests;

/// <summary>Makes structural schemas from the resource types: their attributes, enums and documentation comments.</summary>
internal static class SchemaGenerator
{
    private const string PercentText = @"^(100(\.0{1,2})?|[0-9]{1,2}(\.[0-9]{1,2})?)%$";
    private const string BoundText = "^[0-9][0-9a-z.]{0,38}%?$";

    /// <summary>The schema of an object type.</summary>
    public static JsonObject Object(Type type, string description)
    {
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in Properties(type))
        {
            var name = XmlDocs.FieldName(property);
            properties[name] = Property(property);
            if (IsRequired(property)) required.Add(name);
        }
        var schema = new JsonObject { ["type"] = "object", ["description"] = description };
        if (properties.Count > 0) schema["properties"] = properties;
        if (required.Count > 0) schema["required"] = required;
        Rules(schema, type.GetCustomAttributes<ValidationRuleAttribute>());
        return schema;
    }

    /// <summary>
    /// The schema of a status: types and texts, but no bounds. Only the operator writes it, and a status that is refused for a
    /// value out of bounds would hide what it is about.
    /// </summary>
    public static JsonObject Status(Type type)
    {
        var schema = Object(type, XmlDocs.Of(type));
        Loosen(schema);
        return schema;
    }

    private static void Loosen(JsonObject schema)
    {
        foreach (var bound in new[] { "minimum", "maximum", "minLength", "maxLength", "pattern", "minItems", "maxItems", "default", "x-kubernetes-validations" }) schema.Remove(bound);
        foreach (var (_, child) in schema["properties"]?.AsObject() ?? []) Loosen(child!.AsObject());
        if (schema["items"] is JsonObject items) Loosen(items);
        if (schema["additionalProperties"] is JsonObject entries) Loosen(entries);
    }

    private static JsonObject Property(PropertyInfo property)
    {
        var type = property.PropertyType;
        JsonObject schema;
        if (ItemType(type) is { } item)
        {
            var inner = item.IsClass && item != typeof(string) ? Object(item, XmlDocs.Of(item)) : Value(item, property);
            if (inner["type"]?.GetValue<string>() != "object") Restrict(inner, property);
            schema = new JsonObject { ["type"] = "array", ["items"] = inner };
            Bounds(schema, property);
        }
        else if (EntryType(type) is { } entry)
        {
            var inner = Value(entry, property);
            Restrict(inner, property);
            schema = new JsonObject { ["type"] = "object", ["additionalProperties"] = inner };
            Bounds(schema, property);
        }
        else if (Underlying(type) is { IsClass: true } nested && nested != typeof(string))
        {
            schema = Object(nested, "");
            Rules(schema, property.GetCustomAttributes<ValidationRuleAttribute>());
        }
        else
        {
            schema = Value(type, property);
            Restrict(schema, property);
        }
        return Described(schema, property);
    }

    private static JsonObject Described(JsonObject schema, PropertyInfo property)
    {
        var text = XmlDocs.Of(property);
        var values = Underlying(ItemType(property.PropertyType) ?? property.PropertyType);
        if (values.IsEnum) text += "\n" + XmlDocs.Values(values);
        var ordered = new JsonObject { ["description"] = text };
        foreach (var (name, value) in schema.Where(p => p.Key != "description").ToList())
        {
            schema.Remove(name);
            ordered[name] = value;
        }
        return ordered;
    }

    private static JsonObject Value(Type type, PropertyInfo property)
    {
        type = Underlying(type);
        var mixed = property.GetCustomAttribute<IntOrStringAttribute>() is not null;
        if (type.IsEnum)
        {
            var names = type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (JsonNode)XmlDocs.EnumName(f)).ToArray();
            return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(names) };
        }
        return type switch
        {
            _ when type == typeof(string) => new JsonObject { ["type"] = "string" },
            _ when type == typeof(bool) => new JsonObject { ["type"] = "boolean" },
            _ when type == typeof(int) => new JsonObject { ["type"] = "integer", ["format"] = "int32" },
            _ when type == typeof(long) => new JsonObject { ["type"] = "integer", ["format"] = "int64" },
            _ when type == typeof(DateTimeOffset) => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
            _ when type == typeof(GoDuration) => new JsonObject { ["type"] = "string", ["maxLength"] = 40, ["pattern"] = GoDuration.Pattern },
            _ when type == typeof(Percent) && !mixed => new JsonObject { ["type"] = "string", ["maxLength"] = 7, ["pattern"] = PercentText },
            _ when type == typeof(Percent) => Mixed(Percent.Pattern, 7, 100),
            _ when type == typeof(Money) => Mixed(Money.Pattern, 19, 999_999_999_999),
            _ when type == typeof(Bound) => Mixed(BoundText, 40, 999_999_999_999),
            _ => throw new NotSupportedException($"{property.DeclaringType!.Name}.{property.Name}: no schema is known for {type}"),
        };
    }

    private static JsonObject Mixed(string pattern, int length, long most) => new()
    {
        ["x-kubernetes-int-or-string"] = true,
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
        ["minimum"] = 0,
        ["maximum"] = most,
        ["maxLength"] = length,
        ["pattern"] = pattern,
    };

    /// <summary>Bounds of a scalar.</summary>
    private static void Restrict(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<EnumValuesAttribute>() is { } values) schema["enum"] = new JsonArray([.. values.Values.Select(v => (JsonNode)v)]);
        if (property.GetCustomAttribute<LengthAttribute>() is { } length)
        {
            if (length.MinLength is { } fewest) schema["minLength"] = fewest;
            if (length.MaxLength is { } most) schema["maxLength"] = most;
        }
        if (property.GetCustomAttribute<PatternAttribute>() is { } pattern) schema["pattern"] = pattern.RegexPattern;
        if (property.GetCustomAttribute<RangeMinimumAttribute>() is { } least) schema["minimum"] = (long)least.Minimum;
        if (property.GetCustomAttribute<RangeMaximumAttribute>() is { } greatest) schema["maximum"] = (long)greatest.Maximum;
        if (property.GetCustomAttribute<DefaultAttribute>() is { } standard) schema["default"] = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(standard.Value));
        if (ItemType(property.PropertyType) is null && EntryType(property.PropertyType) is null) Rules(schema, property.GetCustomAttributes<ValidationRuleAttribute>());
    }

    /// <summary>Bounds of a list or map.</summary>
    private static void Bounds(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<ItemsAttribute>() is { } items)
        {
            if (items.MinItems is { } fewest) schema["minItems"] = fewest;
            if (items.MaxItems is { } most) schema["maxItems"] = most;
        }
        if (property.GetCustomAttribute<PropertiesAttribute>() is { } entries)
        {
            if (entries.MinProperties is { } fewest) schema["minProperties"] = fewest;
            if (entries.MaxProperties is { } most) schema["maxProperties"] = most;
        }
        if (property.GetCustomAttribute<ListTypeAttribute>() is { } list) schema["x-kubernetes-list-type"] = list.Type.ToString().ToLowerInvariant();
        if (property.GetCustomAttribute<ListMapKeysAttribute>() is { } keys) schema["x-kubernetes-list-map-keys"] = new JsonArray([.. keys.Keys.Select(k => (JsonNode)k)]);
        Rules(schema, property.GetCustomAttributes<ValidationRuleAttribute>());
    }

    private static void Rules(JsonObject schema, IEnumerable<ValidationRuleAttribute> rules)
    {
        var array = new JsonArray();
        foreach (var rule in rules)
        {
            var entry = new JsonObject { ["rule"] = rule.Rule };
            if (rule.Message is { } message) entry["message"] = message;
            if (rule.Reason is { } reason) entry["reason"] = reason;
            if (rule.FieldPath is { } path) entry["fieldPath"] = path;
            array.Add(entry);
        }
        if (array.Count > 0) schema["x-kubernetes-validations"] = array;
    }

    // Conditions are the library's own type, which carries no attributes of a definition.
    private static bool IsRequired(PropertyInfo property) =>
        property.GetCustomAttribute<RequiredAttribute>() is not null
        || (property.DeclaringType == typeof(V1Condition) && property.Name is nameof(V1Condition.Type) or nameof(V1Condition.Status));

    private static IEnumerable<PropertyInfo> Properties(Type type) => type
        .GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .Where(p => p.CanWrite && p.GetCustomAttribute<JsonIgnoreAttribute>() is null && p.GetCustomAttribute<IgnoreAttribute>() is null);

    private static Type Underlying(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static Type? ItemType(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>) ? type.GetGenericArguments()[0] : null;

    private static Type? EntryType(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) ? type.GetGenericArguments()[1] : null;
}
