using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>The fields that one manager owns through one operation.</summary>
public sealed class V1ManagedFieldsEntry : KubernetesModel
{
    /// <summary>The field manager's name.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? Manager { get; set; }

    /// <summary><c>Apply</c> or <c>Update</c>.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? Operation { get; set; }

    /// <summary>The API version in which the fields are written.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? ApiVersion { get; set; }

    /// <summary>When the set last changed.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? Time { get; set; }

    /// <summary>Always <c>FieldsV1</c>.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? FieldsType { get; set; }

    /// <summary>The set of fields, in the FieldsV1 form.</summary>
    public JsonElement? FieldsV1 { get; set; }

    /// <summary>The subresource through which the fields were written; null for the object itself.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? Subresource { get; set; }
}
