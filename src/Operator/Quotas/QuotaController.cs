using Operator.Api;
using Operator.Quotas.Status;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Events;
using Operator.Runtime.Reconciling;

namespace Operator.Quotas;

/// <summary>
/// Tells on every ClaudeQuota where it stands: its place in the tree, its limits, its use. It writes nothing else, so an edit of a
/// quota reaches limiters through their configuration and leases and restarts no rollout.
/// </summary>
internal sealed class QuotaController(
    QuotaTrees trees, IQuotaUsage usage, IStatusWriter status, IEventRecorder events, TimeProvider clock) : IEntityController<ClaudeQuota>
{
    /// <summary>
    /// How often use, money, advice and what the provider tells are looked at. Looking makes no request; only what differs is written.
    /// </summary>
    private static readonly TimeSpan Refresh = TimeSpan.FromMinutes(1);

    /// <summary>How often in the first minute of use: what was seen first, of limiters that had just started, would stand there for as long.</summary>
    private static readonly TimeSpan FirstRefresh = TimeSpan.FromSeconds(10);

    /// <summary>The index of quotas by their parent's key.</summary>
    public const string ByParent = "quota-parent";

    public async Task<ReconciliationResult<ClaudeQuota>> ReconcileAsync(ClaudeQuota entity, CancellationToken cancellationToken)
    {
        await trees.WaitForSyncAsync(cancellationToken);
        // The tree of the cache may be older than the entity by its own last write, which is a status and changes nothing in it.
        if (trees.Current.Find(ObjectKey.Of(entity)) is not { } node) return ReconciliationResult<ClaudeQuota>.Success(entity);
        if (node.Quota.Metadata.Generation < entity.Metadata.Generation)
            return ReconciliationResult<ClaudeQuota>.Success(entity, TimeSpan.FromSeconds(1));

        var measured = usage.Of(node.Key);
        var before = entity.Status;
        var after = QuotaStatusBuilder.Build(node, measured, before, entity.Metadata.Generation, clock.GetUtcNow());
        var written = await status.WriteAsync(entity, after, cancellationToken);
        if (written is not null)
        {
            foreach (var news in QuotaEvents.Between(node, before, after))
                events.Record(entity, news.Type, news.Reason, news.Action, news.Note, subject: news.Subject);
        }
        return ReconciliationResult<ClaudeQuota>.Success(written ?? entity, measured is { IsYoung: true } ? FirstRefresh : Refresh);
    }

    public Task<ReconciliationResult<ClaudeQuota>> DeletedAsync(ClaudeQuota entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<ClaudeQuota>.Success(entity));

    /// <summary>The parent's key of a quota, for the index.</summary>
    public static IEnumerable<string> ParentOf(ClaudeQuota quota) => Parent(quota) is { } parent ? [parent.ToString()] : [];

    /// <summary>
    /// Whom a changed quota concerns: itself, its parent (the sum of the guarantees), its siblings (their part of it), and everything
    /// below them (their limits).
    /// </summary>
    public static IEnumerable<ObjectKey> Concerned(ClaudeQuota quota, IEntityStore<ClaudeQuota> quotas)
    {
        var found = new HashSet<ObjectKey>();
        var key = ObjectKey.Of(quota);
        found.Add(key);
        Below(key, quotas, found);
        if (Parent(quota) is { } parent)
        {
            found.Add(parent);
            Below(parent, quotas, found);
        }
        return found;
    }

    private static void Below(ObjectKey key, IEntityStore<ClaudeQuota> quotas, HashSet<ObjectKey> found)
    {
        var waiting = new Stack<ObjectKey>([key]);
        while (waiting.TryPop(out var at))
        {
            foreach (var child in quotas.ByIndex(ByParent, at.ToString()))
            {
                if (found.Add(ObjectKey.Of(child))) waiting.Push(ObjectKey.Of(child));
            }
        }
    }

    private static ObjectKey? Parent(ClaudeQuota quota) =>
        quota.Spec?.ParentRef is { Name.Length: > 0 } reference
            ? new ObjectKey(string.IsNullOrEmpty(reference.NamespaceProperty) ? quota.Metadata.NamespaceProperty : reference.NamespaceProperty, reference.Name)
            : null;
}
