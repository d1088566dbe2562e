using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>A reference to any object.</summary>
public sealed class V1ObjectReference : KubernetesModel
{
    /// <summary>Its group and version.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? ApiVersion { get; set; }

    /// <summary>Its kind.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? Kind { get; set; }

    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>Its namespace; null for cluster-scoped objects.</summary>
    [JsonPropertyName("namespace"), JsonConverter(typeof(InternedStringConverter))]
    public string? NamespaceProperty { get; set; }

    /// <summary>Its UID.</summary>
    public string? Uid { get; set; }

    /// <summary>The version that is meant; null for any.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>The part of the object that is meant, such as <c>spec.containers{web}</c>.</summary>
    public string? FieldPath { get; set; }
}
