using Operator.Api;
using Operator.Runtime.Caching;
using Operator.Runtime.Reconciling;

namespace Operator.Rollouts;

/// <summary>Finds the deployments that a change of a quota concerns.</summary>
internal static class QuotaUsers
{
    private const int Deepest = 32;

    /// <summary>Changes of a quota that deployments show or render: its spec, and whether it is pressed.</summary>
    public static EventPredicate<ClaudeQuota> Changes { get; } = new()
    {
        Updated = static (before, after) =>
            before.Metadata.Generation != after.Metadata.Generation
            || before.Metadata.DeletionTimestamp != after.Metadata.DeletionTimestamp
            || before.Status.Throttle?.State != after.Status.Throttle?.State,
    };

    /// <summary>The deployments that draw on a quota or on one below it.</summary>
    public static IEnumerable<ObjectKey> Of(ClaudeQuota changed, IEntityStore<ClaudeDeployment> deployments, IInformers informers)
    {
        var quotas = informers.Get<ClaudeQuota>();
        var root = ObjectKey.Of(changed);
        return deployments.List().Where(d => IsBelow(Reference(d.Metadata.NamespaceProperty, d.Spec?.QuotaRef), root, quotas)).Select(d => ObjectKey.Of(d));
    }

    private static bool IsBelow(ObjectKey? quota, ObjectKey root, IInformer<ClaudeQuota> quotas)
    {
        for (var depth = 0; quota is { } key && depth < Deepest; depth++)
        {
            if (key == root) return true;
            quota = Reference(key.Namespace, quotas.Get(key)?.Spec?.ParentRef);
        }
        return false;
    }

    private static ObjectKey? Reference(string? home, QuotaReference? reference) => string.IsNullOrEmpty(reference?.Name)
        ? null
        : new ObjectKey(string.IsNullOrEmpty(reference.NamespaceProperty) ? home : reference.NamespaceProperty, reference.Name);
}
