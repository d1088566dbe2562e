using System.Collections.Frozen;
using Operator.Api;
using Operator.Catalog;
using Operator.Runtime.Caching;

namespace Operator.Quotas;

/// <summary>All quotas with their places: one tree for each organization. Immutable; build it anew when a quota changes.</summary>
public sealed class QuotaTree
{
    /// <summary>The longest way from a root, both ends counted.</summary>
    public const int MaxDepth = 8;

    private readonly FrozenDictionary<ObjectKey, QuotaNode> _nodes;

    private QuotaTree(IEnumerable<QuotaNode> nodes, ModelCatalog catalog)
    {
        _nodes = nodes.ToFrozenDictionary(n => n.Key);
        Catalog = catalog;
        Roots = [.. _nodes.Values.Where(n => n.IsRooted && n.Parent is null).OrderBy(n => n.Key.ToString(), StringComparer.Ordinal)];
    }

    /// <summary>No quotas.</summary>
    public static QuotaTree Empty { get; } = Build([], ModelCatalog.Shipped);

    /// <summary>The catalogue that the tree was built with.</summary>
    public ModelCatalog Catalog { get; }

    /// <summary>The organizations.</summary>
    public IReadOnlyList<QuotaNode> Roots { get; }

    /// <summary>Every quota, those that are in no tree too.</summary>
    public IEnumerable<QuotaNode> Nodes => _nodes.Values;

    /// <summary>Builds the trees of all quotas.</summary>
    /// <param name="quotas">Every ClaudeQuota there is, in any order. They are read, never changed.</param>
    /// <param name="catalog">The models and their groups.</param>
    /// <param name="observed">What the provider tells of an organization, by the root's key; null for nothing.</param>
    public static QuotaTree Build(
        IEnumerable<ClaudeQuota> quotas, ModelCatalog catalog, IReadOnlyDictionary<ObjectKey, ObservedLimits>? observed = null)
    {
        ArgumentNullException.ThrowIfNull(quotas);
        ArgumentNullException.ThrowIfNull(catalog);
        return new QuotaTree(QuotaTreeBuilder.Build(quotas, catalog, observed ?? FrozenDictionary<ObjectKey, ObservedLimits>.Empty), catalog);
    }

    /// <summary>The quota of a key; null when it does not exist.</summary>
    public QuotaNode? Find(ObjectKey key) => _nodes.GetValueOrDefault(key);

    /// <summary>Whether objects of a namespace may refer to a quota.</summary>
    public static bool Allows(ClaudeQuota quota, string @namespace)
    {
        ArgumentNullException.ThrowIfNull(quota);
        return quota.Metadata.NamespaceProperty == @namespace
            || (quota.Spec?.AllowedNamespaces is { } allowed && (allowed.Contains("*") || allowed.Contains(@namespace)));
    }

    /// <summary>Finds the quota that a deployment draws on.</summary>
    /// <param name="namespace">The deployment's namespace.</param>
    /// <param name="reference">Its reference; null is refused.</param>
    public QuotaBinding Bind(string @namespace, QuotaReference? reference)
    {
        ArgumentException.ThrowIfNullOrEmpty(@namespace);
        if (string.IsNullOrEmpty(reference?.Name)) return Refused(QuotaReasons.QuotaMissing, "spec.quotaRef.name is empty; name a ClaudeQuota");
        var key = new ObjectKey(string.IsNullOrEmpty(reference.NamespaceProperty) ? @namespace : reference.NamespaceProperty, reference.Name);
        // A quota that may not be used is not told from one that does not exist, unless the namespace is the same.
        if (Find(key) is not { } node)
        {
            return key.Namespace == @namespace
                ? Refused(QuotaReasons.QuotaMissing, $"there is no ClaudeQuota {key}")
                : Refused(QuotaReasons.QuotaForbidden, $"there is no ClaudeQuota {key} that allows the namespace {@namespace} in spec.allowedNamespaces");
        }
        if (!Allows(node.Quota, @namespace))
        {
            return Refused(QuotaReasons.QuotaForbidden, $"there is no ClaudeQuota {key} that allows the namespace {@namespace} in spec.allowedNamespaces")
                with { IsWithdrawn = true };
        }
        if (!node.IsAccepted)
        {
            // What is wrong with its place says more than what is wrong with a value.
            var error = node.Findings.FirstOrDefault(f => f.IsError && f.Reason != QuotaReasons.InvalidValue) ?? node.Findings.First(f => f.IsError);
            return Refused(node.IsRooted ? QuotaReasons.QuotaRejected : error.Reason, $"ClaudeQuota {key}: {error}") with { IsWithdrawn = node.IsWithdrawn };
        }
        return new QuotaBinding(new BoundQuota(node, Catalog), null, "");
    }

    private static QuotaBinding Refused(string reason, string message) => new(null, reason, message);
}

/// <summary>The answer to a reference to a quota: bound, or refused with a reason.</summary>
/// <param name="Bound">The quota; null when it is refused.</param>
/// <param name="Reason">Why it is refused, a word of <see cref="QuotaReasons"/>; null when it is bound.</param>
/// <param name="Message">Why it is refused, in a sentence.</param>
public sealed record QuotaBinding(BoundQuota? Bound, string? Reason, string Message)
{
    /// <summary>
    /// Whether everything that is referred to exists, and somewhere on the way a namespace is not allowed: what serves must stop, too.
    /// The message does not tell it from a quota that is missing.
    /// </summary>
    public bool IsWithdrawn { get; init; }
}
