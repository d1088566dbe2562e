using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>Metadata that every stored object has.</summary>
public sealed class V1ObjectMeta : KubernetesModel
{
    /// <summary>The name, unique among objects of one kind in a namespace.</summary>
    public string? Name { get; set; }

    /// <summary>A prefix from which the server makes a unique name when <see cref="Name"/> is empty.</summary>
    public string? GenerateName { get; set; }

    /// <summary>The namespace; null for cluster-scoped objects. On the wire: <c>namespace</c>.</summary>
    [JsonPropertyName("namespace"), JsonConverter(typeof(InternedStringConverter))]
    public string? NamespaceProperty { get; set; }

    /// <summary>Unique over all time: an object that is deleted and created again has another one.</summary>
    public string? Uid { get; set; }

    /// <summary>An opaque version: compare for equality only.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Counts changes of the desired state; set by the server.</summary>
    public long? Generation { get; set; }

    /// <summary>When the object was created; whole seconds, UTC.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? CreationTimestamp { get; set; }

    /// <summary>When a deletion that waits for finalizers was asked for; null while the object lives.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? DeletionTimestamp { get; set; }

    /// <summary>Seconds that a graceful deletion may take.</summary>
    public long? DeletionGracePeriodSeconds { get; set; }

    /// <summary>Labels: what selectors match.</summary>
    [JsonConverter(typeof(InternedMapConverter))]
    public IDictionary<string, string>? Labels { get; set; }

    /// <summary>Annotations: data that selectors do not match.</summary>
    [JsonConverter(typeof(InternedMapConverter))]
    public IDictionary<string, string>? Annotations { get; set; }

    /// <summary>Objects that own this one; the garbage collector deletes it when all of them are gone.</summary>
    public IList<V1OwnerReference>? OwnerReferences { get; set; }

    /// <summary>Names that hold back a deletion until their controllers remove them.</summary>
    public IList<string>? Finalizers { get; set; }

    /// <summary>Which manager owns which fields.</summary>
    public IList<V1ManagedFieldsEntry>? ManagedFields { get; set; }
}
