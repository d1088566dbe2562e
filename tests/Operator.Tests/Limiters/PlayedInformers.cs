using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Tests.Limiters;

/// <summary>Caches that a test fills.</summary>
internal sealed class PlayedInformers : IInformers
{
    private readonly Dictionary<Type, object> _caches = [];

    public bool HaveSynced => true;

    public IInformer<T> Get<T>(InformerScope? scope = null)
        where T : class, IKubernetesObject<V1ObjectMeta> => Of<T>();

    public T? Find<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta> => Of<T>().Get(key);

    public void Put<T>(T entity)
        where T : class, IKubernetesObject<V1ObjectMeta> => Of<T>().Put(entity);

    private Cache<T> Of<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        if (!_caches.TryGetValue(typeof(T), out var cache)) _caches.Add(typeof(T), cache = new Cache<T>());
        return (Cache<T>)cache;
    }

    private sealed class Cache<T> : IInformer<T>
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        private readonly Dictionary<ObjectKey, T> _held = [];
        private readonly List<IInformerHandler<T>> _handlers = [];

        public InformerScope Scope => InformerScope.All;

        public bool HasSynced => true;

        public int Count => _held.Count;

        public Task WaitForSyncAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public T? Get(ObjectKey key) => _held.GetValueOrDefault(key);

        public IReadOnlyList<T> List(string? @namespace = null) => [.. _held.Values];

        public IReadOnlyList<T> ByIndex(string index, string value) => throw new NotSupportedException("nothing here asks by an index");

        public void AddIndex(string name, Func<T, IEnumerable<string>> values)
        {
        }

        public IDisposable AddHandler(IInformerHandler<T> handler)
        {
            _handlers.Add(handler);
            return new CancellationTokenSource();
        }

        public void Put(T entity)
        {
            var key = ObjectKey.Of(entity);
            var before = Get(key);
            _held[key] = entity;
            foreach (var handler in _handlers)
            {
                if (before is null) handler.OnAdded(entity, false);
                else handler.OnUpdated(before, entity);
            }
        }
    }
}
