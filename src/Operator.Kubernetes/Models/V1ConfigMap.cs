namespace Operator.Kubernetes.Models;

/// <summary>Configuration data for pods to consume.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "ConfigMap", PluralName = "configmaps")]
public sealed class V1ConfigMap : KubernetesObject
{
    /// <summary>Text values; keys are file names where the map is mounted.</summary>
    public IDictionary<string, string>? Data { get; set; }

    /// <summary>Binary values; a key stands in either map, not in both.</summary>
    public IDictionary<string, byte[]>? BinaryData { get; set; }

    /// <summary>True when data can never be changed again.</summary>
    public bool? Immutable { get; set; }
}
