using Operator.Api;
using Operator.Catalog;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Quotas;
using Operator.Quotas.Status;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Events;
using Operator.Testing;

namespace Operator.Tests.Quotas;

public class QuotaControllerTests
{
    private readonly Cache _cache = new();
    private readonly QuotaUsageStore _usage = new();
    private readonly Writer _writer = new();
    private readonly Recorder _events = new();

    [Fact]
    public async Task The_status_is_written_once_and_then_only_when_it_differs()
    {
        _cache.Put(Quota.Root());
        await Reconcile("organization");
        await Reconcile("organization");
        Assert.Equal(1, _writer.Writes);
        Assert.Equal("True", _cache.Get(new("platform", "organization"))!.Status.Conditions!.Single(c => c.Type == "Ready").Status);
    }

    [Fact]
    public async Task A_parents_permission_that_is_withdrawn_stalls_the_child_and_is_told()
    {
        _cache.Put(Quota.Root(allowed: "support"));
        _cache.Put(Quota.Child("team", @namespace: "support"));
        await Reconcile("team", "support");
        Assert.Empty(_events.Reasons);
        var changed = Quota.Root(allowed: "other");
        changed.Metadata.Generation = 2;
        _cache.Put(changed);
        await Reconcile("team", "support");
        Assert.Equal(["QuotaRejected"], _events.Reasons);
        Assert.Contains(_cache.Get(new("support", "team"))!.Status.Conditions!, c => c is { Type: "Stalled", Status: "True" });
    }

    [Fact]
    public async Task An_entity_that_is_newer_than_the_tree_is_looked_at_again()
    {
        _cache.Put(Quota.Root());
        var newer = Quota.Root();
        newer.Metadata.Generation = 2;
        var result = await Controller().ReconcileAsync(newer, default);
        Assert.Equal(0, _writer.Writes);
        Assert.NotNull(result.RequeueAfter);
    }

    [Fact]
    public void A_changed_quota_concerns_its_parent_its_siblings_and_all_below()
    {
        foreach (var quota in new[] { Quota.Root(), Quota.Child("a"), Quota.Child("b"), Quota.Child("a1", "platform/a"), Quota.Child("a2", "platform/a1"), Quota.Root("other") }) _cache.Put(quota);
        string[] Concerned(string name) => [.. QuotaController.Concerned(_cache.Get(new("platform", name))!, _cache).Select(k => k.Name).Order()];
        Assert.Equal(["a", "a1", "a2", "b", "organization"], Concerned("a"));
        Assert.Equal(["a", "a1", "a2"], Concerned("a1"));
        Assert.Equal(["other"], Concerned("other"));
    }

    [Fact]
    public async Task Use_reaches_the_status()
    {
        _cache.Put(Quota.Root());
        _usage.Set(new("platform", "organization"), new QuotaUsage { Limiters = 3, Pressure = new PressureReading { Ratio = 1.2, Where = "requests of opus-5" } });
        await Reconcile("organization");
        var status = _cache.Get(new("platform", "organization"))!.Status;
        Assert.Equal((3, ThrottleState.Throttled), (status.Limiters!.Total, status.Throttle!.State));
        Assert.Contains("requests of opus-5", status.Throttle.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, 60)]
    public async Task The_first_minute_of_use_is_told_more_often(bool young, int seconds)
    {
        _cache.Put(Quota.Root());
        _usage.Set(new("platform", "organization"), new QuotaUsage { IsYoung = young });
        var result = await Controller().ReconcileAsync(_cache.Get(new("platform", "organization"))!, default);
        Assert.Equal(TimeSpan.FromSeconds(seconds), result.RequeueAfter);
    }

    private async Task Reconcile(string name, string @namespace = "platform")
    {
        var entity = _cache.Get(new(@namespace, name))!;
        var result = await Controller().ReconcileAsync(entity, default);
        Assert.True(result.IsSuccess);
        _cache.Put(result.Entity);
    }

    private QuotaController Controller() =>
        new(_trees ??= new QuotaTrees(new OneInformer(_cache), new CatalogStore()), _usage, _writer, _events, new ManualTimeProvider());

    private QuotaTrees? _trees;

    private sealed class OneInformer(Cache cache) : IInformers
    {
        public bool HaveSynced => true;

        public IInformer<T> Get<T>(InformerScope? scope = null)
            where T : class, IKubernetesObject<V1ObjectMeta> => (IInformer<T>)(object)cache;

        public T? Find<T>(ObjectKey key)
            where T : class, IKubernetesObject<V1ObjectMeta> => cache.Get(key) as T;
    }

    private sealed class Cache : IInformer<ClaudeQuota>
    {
        private readonly Dictionary<ObjectKey, ClaudeQuota> _quotas = [];
        private readonly List<IInformerHandler<ClaudeQuota>> _handlers = [];

        public InformerScope Scope => InformerScope.All;

        public bool HasSynced => true;

        public int Count => _quotas.Count;

        public Task WaitForSyncAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ClaudeQuota? Get(ObjectKey key) => _quotas.GetValueOrDefault(key);

        public IReadOnlyList<ClaudeQuota> List(string? @namespace = null) => [.. _quotas.Values];

        public IReadOnlyList<ClaudeQuota> ByIndex(string index, string value) => [.. _quotas.Values.Where(q => QuotaController.ParentOf(q).Contains(value))];

        public void AddIndex(string name, Func<ClaudeQuota, IEnumerable<string>> values)
        {
        }

        public IDisposable AddHandler(IInformerHandler<ClaudeQuota> handler)
        {
            _handlers.Add(handler);
            return new CancellationTokenSource();
        }

        public void Put(ClaudeQuota quota)
        {
            var known = Get(ObjectKey.Of(quota));
            _quotas[ObjectKey.Of(quota)] = quota;
            foreach (var handler in _handlers)
            {
                if (known is null) handler.OnAdded(quota, false);
                else handler.OnUpdated(known, quota);
            }
        }
    }

    private sealed class Writer : IStatusWriter
    {
        public int Writes { get; private set; }

        public Task<TEntity?> WriteAsync<TEntity, TStatus>(TEntity entity, TStatus status, CancellationToken cancellationToken = default)
            where TEntity : class, IKubernetesObject<V1ObjectMeta>, IStatus<TStatus>
        {
            var (before, quota) = ((ClaudeQuota)(object)entity, new ClaudeQuota { Metadata = entity.Metadata, Spec = ((ClaudeQuota)(object)entity).Spec, Status = (ClaudeQuotaStatus)(object)status! });
            static string Json(ClaudeQuota q) => System.Text.Json.JsonSerializer.Serialize(q, ApiJsonContext.Default.ClaudeQuota);
            if (Json(before) == Json(quota)) return Task.FromResult<TEntity?>(entity);
            Writes++;
            return Task.FromResult<TEntity?>((TEntity)(object)quota);
        }
    }

    private sealed class Recorder : IEventRecorder
    {
        public List<string> Reasons { get; } = [];

        public void Record<T>(T regarding, EventType type, string reason, string action, string note, V1ObjectReference? related = null, string? subject = null)
            where T : class, IKubernetesObject<V1ObjectMeta> => Reasons.Add(reason);
    }
}
