using Operator.Runtime.Caching;

namespace Operator.Certificates;

/// <summary>The names of the objects that carry trust.</summary>
/// <param name="Namespace">The operator's namespace.</param>
/// <param name="ConfigMap">The ConfigMap with an entry for each replica.</param>
/// <param name="Entry">This replica's key in it.</param>
/// <param name="Webhooks">The name of both webhook configurations; null where the operator may not see any.</param>
/// <param name="Copy">The ConfigMap with the bundle in namespaces with limiters.</param>
internal sealed record TrustSettings(string Namespace, string ConfigMap, string Entry, string? Webhooks, string Copy)
{
    /// <summary>Namespaces that get no copy of the bundle.</summary>
    public IEnumerable<string> WithoutCopies { get; init; } = [];

    /// <summary>Only the ConfigMap with the entries.</summary>
    public InformerScope EntriesScope => new() { Namespace = Namespace, FieldSelector = "metadata.name=" + ConfigMap };

    /// <summary>Only the operator's own webhook configurations.</summary>
    public InformerScope WebhooksScope => new() { FieldSelector = "metadata.name=" + Webhooks };

    /// <summary>Only pods of the operator's namespace.</summary>
    public InformerScope PodsScope => new() { Namespace = Namespace };

    /// <summary>The ConfigMap with the entries.</summary>
    public ObjectKey EntriesKey => new(Namespace, ConfigMap);
}
