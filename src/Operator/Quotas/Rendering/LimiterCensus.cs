using Operator.Api;
using Operator.Runtime.Caching;

namespace Operator.Quotas;

/// <summary>
/// How many limiters draw on each organization, by what deployments tell in their status; one for a deployment that tells nothing.
/// Counted anew after some seconds at the earliest: the shares that follow from it change by powers of two only.
/// </summary>
internal sealed class LimiterCensus(IInformers informers)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private readonly IInformer<ClaudeDeployment> _deployments = informers.Get<ClaudeDeployment>();
    private readonly Lock _gate = new();
    private Dictionary<ObjectKey, int> _counts = [];
    private QuotaTree? _tree;
    private DateTimeOffset _at;

    /// <summary>The limiters of an organization.</summary>
    public int Of(ObjectKey organization, QuotaTree tree, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(tree, _tree) || now - _at >= Fresh || now < _at)
            {
                (_counts, _tree, _at) = (Count(tree), tree, now);
            }
            return _counts.GetValueOrDefault(organization);
        }
    }

    private Dictionary<ObjectKey, int> Count(QuotaTree tree)
    {
        var counts = new Dictionary<ObjectKey, int>();
        foreach (var deployment in _deployments.List())
        {
            if (tree.Bind(deployment.Metadata.NamespaceProperty!, deployment.Spec?.QuotaRef).Bound is not { } bound) continue;
            counts[bound.Organization] = counts.GetValueOrDefault(bound.Organization) + Math.Max(1, deployment.Status?.Limiters?.Total ?? 0);
        }
        return counts;
    }
}
