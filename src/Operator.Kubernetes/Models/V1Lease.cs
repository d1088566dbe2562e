using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>A lock that its holder must renew: leader election and heartbeats.</summary>
[KubernetesEntity(Group = "coordination.k8s.io", ApiVersion = "v1", Kind = "Lease", PluralName = "leases")]
public sealed class V1Lease : KubernetesObject
{
    /// <summary>Who holds it, and since when.</summary>
    public V1LeaseSpec? Spec { get; set; }
}

/// <summary>Who holds a lease, and since when.</summary>
public sealed class V1LeaseSpec : KubernetesModel
{
    /// <summary>The holder; null or empty when nobody does.</summary>
    public string? HolderIdentity { get; set; }

    /// <summary>Seconds without renewal after which others may take it.</summary>
    public int? LeaseDurationSeconds { get; set; }

    /// <summary>When the holder got it.</summary>
    [JsonConverter(typeof(KubernetesMicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; set; }

    /// <summary>When the holder last renewed it.</summary>
    [JsonConverter(typeof(KubernetesMicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; set; }

    /// <summary>How often the holder changed.</summary>
    public int? LeaseTransitions { get; set; }

    /// <summary>How holders are chosen in coordinated elections.</summary>
    public string? Strategy { get; set; }

    /// <summary>Who should take it next.</summary>
    public string? PreferredHolder { get; set; }
}
