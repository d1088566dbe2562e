using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>A reference to an owner in the same namespace, or to a cluster-scoped one.</summary>
public sealed class V1OwnerReference : KubernetesModel
{
    /// <summary>Group and version of the owner.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? ApiVersion { get; set; }

    /// <summary>Kind of the owner.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? Kind { get; set; }

    /// <summary>Name of the owner.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? Name { get; set; }

    /// <summary>UID of the owner; a later object with the same name is not the owner.</summary>
    [JsonConverter(typeof(InternedStringConverter))]
    public string? Uid { get; set; }

    /// <summary>True for the one owner that manages the object.</summary>
    public bool? Controller { get; set; }

    /// <summary>True when a foreground deletion of the owner waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; set; }
}
