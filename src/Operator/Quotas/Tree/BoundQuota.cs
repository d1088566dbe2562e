using Operator.Catalog;
using Operator.Runtime.Caching;

namespace Operator.Quotas;

/// <summary>A quota that a deployment may draw on.</summary>
public sealed class BoundQuota
{
    private readonly QuotaNode _node;

    internal BoundQuota(QuotaNode node, ModelCatalog catalog)
    {
        _node = node;
        Catalog = catalog;
    }

    /// <summary>Namespace and name of the quota.</summary>
    public ObjectKey Key => _node.Key;

    /// <summary>The way from the organization's root down to the quota.</summary>
    public IReadOnlyList<ObjectKey> Path => [.. _node.Path.Select(n => n.Key)];

    /// <summary>The organization's root.</summary>
    public ObjectKey Organization => _node.Root.Key;

    /// <summary>The node in the tree.</summary>
    public QuotaNode Node => _node;

    internal ModelCatalog Catalog { get; }

    /// <summary>The group under which a model's limits are kept; null when the model is not known.</summary>
    public string? GroupOf(string model) => _node.GroupMap.GroupOf(model);

    /// <summary>What the quota may use of a group; null when nothing limits it.</summary>
    public GroupLimits? LimitsOf(string group) => _node.Groups.GetValueOrDefault(group);
}
