using System.Text.Json.Serialization;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes;

/// <summary>Base of every stored object: apiVersion, kind and metadata. Unknown fields are kept.</summary>
public abstract class KubernetesObject : KubernetesModel, IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc />
    [JsonConverter(typeof(InternedStringConverter)), JsonPropertyOrder(-3)]
    public string? ApiVersion { get; set; }

    /// <inheritdoc />
    [JsonConverter(typeof(InternedStringConverter)), JsonPropertyOrder(-2)]
    public string? Kind { get; set; }

    /// <inheritdoc />
    [JsonPropertyOrder(-1)]
    public V1ObjectMeta Metadata { get; set; } = new();
}
