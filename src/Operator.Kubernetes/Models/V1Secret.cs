namespace Operator.Kubernetes.Models;

/// <summary>Sensitive data for pods to consume. The operator itself has no verb on secrets.</summary>
[KubernetesEntity(ApiVersion = "v1", Kind = "Secret", PluralName = "secrets")]
public sealed class V1Secret : KubernetesObject
{
    /// <summary>The values.</summary>
    public IDictionary<string, byte[]>? Data { get; set; }

    /// <summary>Values as text, for writing only: the server merges them into the data.</summary>
    public IDictionary<string, string>? StringData { get; set; }

    /// <summary>What the keys mean, such as <c>Opaque</c> or <c>kubernetes.io/tls</c>.</summary>
    public string? Type { get; set; }

    /// <summary>True when data can never be changed again.</summary>
    public bool? Immutable { get; set; }
}
