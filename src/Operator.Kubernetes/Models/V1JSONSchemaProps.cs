using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>A schema in OpenAPI v3's form, with Kubernetes' extensions.</summary>
public sealed class V1JSONSchemaProps : KubernetesModel
{
    /// <summary>Not allowed in custom resources.</summary>
    [JsonPropertyName("$ref")]
    public string? RefProperty { get; set; }

    /// <summary>Which dialect.</summary>
    [JsonPropertyName("$schema")]
    public string? SchemaProperty { get; set; }

    /// <summary>The schema's name.</summary>
    public string? Id { get; set; }

    /// <summary>What the value means; shown by <c>kubectl explain</c>.</summary>
    public string? Description { get; set; }

    /// <summary><c>object</c>, <c>array</c>, <c>string</c>, <c>integer</c>, <c>number</c> or <c>boolean</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The form within the type, such as <c>int64</c> or <c>date-time</c>.</summary>
    public string? Format { get; set; }

    /// <summary>A short name.</summary>
    public string? Title { get; set; }

    /// <summary>The value where none is given.</summary>
    [JsonPropertyName("default"), JsonConverter(typeof(AnyValueConverter))]
    public JsonElement? DefaultProperty { get; set; }

    /// <summary>An example.</summary>
    [JsonConverter(typeof(AnyValueConverter))]
    public JsonElement? Example { get; set; }

    /// <summary>The allowed values.</summary>
    [JsonPropertyName("enum")]
    public IList<JsonElement>? EnumProperty { get; set; }

    /// <summary>Whether null is allowed.</summary>
    public bool? Nullable { get; set; }

    /// <summary>The largest number.</summary>
    public double? Maximum { get; set; }

    /// <summary>Whether the largest number itself is too large.</summary>
    public bool? ExclusiveMaximum { get; set; }

    /// <summary>The smallest number.</summary>
    public double? Minimum { get; set; }

    /// <summary>Whether the smallest number itself is too small.</summary>
    public bool? ExclusiveMinimum { get; set; }

    /// <summary>What numbers must be a multiple of.</summary>
    public double? MultipleOf { get; set; }

    /// <summary>The most characters.</summary>
    public long? MaxLength { get; set; }

    /// <summary>The fewest characters.</summary>
    public long? MinLength { get; set; }

    /// <summary>A regular expression (RE2) that the text must match.</summary>
    public string? Pattern { get; set; }

    /// <summary>The most items.</summary>
    public long? MaxItems { get; set; }

    /// <summary>The fewest items.</summary>
    public long? MinItems { get; set; }

    /// <summary>Not allowed in custom resources.</summary>
    public bool? UniqueItems { get; set; }

    /// <summary>What items look like.</summary>
    public V1JSONSchemaProps? Items { get; set; }

    /// <summary>Properties that must be there.</summary>
    public IList<string>? Required { get; set; }

    /// <summary>What properties look like.</summary>
    public IDictionary<string, V1JSONSchemaProps>? Properties { get; set; }

    /// <summary>What other properties look like.</summary>
    [JsonPropertyName("additionalProperties")]
    public V1JSONSchemaPropsOrBool? AdditionalPropertiesSchema { get; set; }

    /// <summary>Not allowed in custom resources.</summary>
    public IDictionary<string, V1JSONSchemaProps>? PatternProperties { get; set; }

    /// <summary>The most properties.</summary>
    public long? MaxProperties { get; set; }

    /// <summary>The fewest properties.</summary>
    public long? MinProperties { get; set; }

    /// <summary>Schemas that must all fit.</summary>
    public IList<V1JSONSchemaProps>? AllOf { get; set; }

    /// <summary>Schemas of which one must fit.</summary>
    public IList<V1JSONSchemaProps>? AnyOf { get; set; }

    /// <summary>Schemas of which exactly one must fit.</summary>
    public IList<V1JSONSchemaProps>? OneOf { get; set; }

    /// <summary>A schema that may not fit.</summary>
    [JsonPropertyName("not")]
    public V1JSONSchemaProps? NotProperty { get; set; }

    /// <summary>Keeps fields that the schema does not know.</summary>
    [JsonPropertyName("x-kubernetes-preserve-unknown-fields")]
    public bool? XKubernetesPreserveUnknownFields { get; set; }

    /// <summary>The value is an object with apiVersion, kind and metadata.</summary>
    [JsonPropertyName("x-kubernetes-embedded-resource")]
    public bool? XKubernetesEmbeddedResource { get; set; }

    /// <summary>The value is an integer or a string.</summary>
    [JsonPropertyName("x-kubernetes-int-or-string")]
    public bool? XKubernetesIntOrString { get; set; }

    /// <summary><c>atomic</c>, <c>set</c> or <c>map</c>: how lists are merged.</summary>
    [JsonPropertyName("x-kubernetes-list-type")]
    public string? XKubernetesListType { get; set; }

    /// <summary>Fields that name an item of a <c>map</c> list.</summary>
    [JsonPropertyName("x-kubernetes-list-map-keys")]
    public IList<string>? XKubernetesListMapKeys { get; set; }

    /// <summary><c>granular</c> or <c>atomic</c>: how maps are merged.</summary>
    [JsonPropertyName("x-kubernetes-map-type")]
    public string? XKubernetesMapType { get; set; }

    /// <summary>CEL rules.</summary>
    [JsonPropertyName("x-kubernetes-validations")]
    public IList<V1ValidationRule>? XKubernetesValidations { get; set; }
}

/// <summary>A CEL rule on a value.</summary>
public sealed class V1ValidationRule : KubernetesModel
{
    /// <summary>The expression; true when the value is good.</summary>
    public string Rule { get; set; } = "";

    /// <summary>What is wrong otherwise.</summary>
    public string? Message { get; set; }

    /// <summary>A CEL expression for that message.</summary>
    public string? MessageExpression { get; set; }

    /// <summary>The cause in one CamelCase word.</summary>
    public string? Reason { get; set; }

    /// <summary>The field to blame.</summary>
    public string? FieldPath { get; set; }

    /// <summary>Whether the rule runs on creations too although it compares with the old value.</summary>
    public bool? OptionalOldSelf { get; set; }
}
