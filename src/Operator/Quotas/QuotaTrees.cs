using System.Collections.Concurrent;
using Operator.Api;
using Operator.Catalog;
using Operator.Runtime.Caching;

namespace Operator.Quotas;

/// <summary>
/// The quota tree of the present moment: built from the cache when it is asked for after something changed, and shared by everybody
/// until then. Safe for concurrent use.
/// </summary>
internal sealed class QuotaTrees : IInformerHandler<ClaudeQuota>, IDisposable
{
    private readonly Lock _gate = new();
    private readonly IInformer<ClaudeQuota> _quotas;
    private readonly CatalogStore _catalog;
    private readonly ConcurrentDictionary<ObjectKey, ObservedLimits> _observed = new();
    private readonly IDisposable _subscription;
    private long _version;
    private long _built = -1;
    private QuotaTree _tree = QuotaTree.Empty;

    public QuotaTrees(IInformers informers, CatalogStore catalog)
    {
        _quotas = informers.Get<ClaudeQuota>();
        _catalog = catalog;
        _catalog.Changed += Invalidate;
        _subscription = _quotas.AddHandler(this);
    }

    /// <summary>The tree.</summary>
    public QuotaTree Current
    {
        get
        {
            lock (_gate)
            {
                // The version is read before the quotas are: a change in between is seen the next time.
                var version = Interlocked.Read(ref _version);
                if (_built != version)
                {
                    _tree = QuotaTree.Build(_quotas.List(), _catalog.Current, new Dictionary<ObjectKey, ObservedLimits>(_observed));
                    _built = version;
                }
                return _tree;
            }
        }
    }

    /// <summary>Completes when all quotas are known: before, a missing one means nothing.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _quotas.WaitForSyncAsync(cancellationToken);

    /// <summary>Changes what the provider tells of an organization.</summary>
    /// <param name="root">The organization's root.</param>
    /// <param name="change">From what was known to what is known.</param>
    public void Observe(ObjectKey root, Func<ObservedLimits, ObservedLimits> change)
    {
        var changed = false;
        _observed.AddOrUpdate(
            root,
            _ =>
            {
                changed = true;
                return change(ObservedLimits.None);
            },
            (_, known) =>
            {
                var next = change(known);
                changed = !ReferenceEquals(next, known) && next != known;
                return next;
            });
        if (changed) Invalidate();
    }

    public void OnAdded(ClaudeQuota entity, bool isInInitialList) => Interlocked.Increment(ref _version);

    public void OnUpdated(ClaudeQuota previous, ClaudeQuota current)
    {
        if (previous.Metadata.Generation != current.Metadata.Generation || previous.Metadata.Uid != current.Metadata.Uid) Interlocked.Increment(ref _version);
    }

    public void OnDeleted(ClaudeQuota entity, bool finalStateUnknown)
    {
        _observed.TryRemove(ObjectKey.Of(entity), out _);
        Interlocked.Increment(ref _version);
    }

    public void Dispose()
    {
        _catalog.Changed -= Invalidate;
        _subscription.Dispose();
    }

    private void Invalidate() => Interlocked.Increment(ref _version);
}
