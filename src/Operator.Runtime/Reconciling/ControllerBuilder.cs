using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Reconciling;

/// <summary>What one controller watches and how it runs.</summary>
/// <typeparam name="TEntity">The kind that it reconciles.</typeparam>
public sealed class ControllerBuilder<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly List<Func<SourceContext<TEntity>, IEventSource>> _sources = [];
    private readonly List<(string Name, Func<TEntity, IEnumerable<string>> Values)> _indexes = [];

    internal ControllerBuilder(string name) => Name = name;

    /// <summary>
    /// The name, unique in the operator: the label of its metrics and, behind the operator's name, its field manager. By default the
    /// lower-case kind.
    /// </summary>
    public string Name { get; set; }

    /// <summary>How many entities are reconciled at the same time, at most; the same entity never twice. At least 1, default 4.</summary>
    public int MaxConcurrentReconciles { get; set; } = 4;

    /// <summary>How long one reconcile may take before its token is cancelled and it counts as failed; null (default) for no limit.</summary>
    public TimeSpan? ReconcileTimeout { get; set; }

    /// <summary>
    /// How long a reconcile waits for the cache to show the controller's own last write before it reads the entity live. Default 2 s.
    /// </summary>
    public TimeSpan ReadYourWritesPatience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Which entities; null for all in the operator's namespace, or in all namespaces if it has none.</summary>
    public InformerScope? Scope { get; set; }

    /// <summary>
    /// Which changes of entities lead to a reconcile. Default: all, those of the status too. The begin of a deletion and the deletion
    /// itself pass always.
    /// </summary>
    public EventPredicate<TEntity> Predicate { get; set; } = new();

    internal IReadOnlyList<Func<SourceContext<TEntity>, IEventSource>> Sources => _sources;

    internal IReadOnlyList<(string Name, Func<TEntity, IEnumerable<string>> Values)> Indexes => _indexes;

    /// <summary>Sets <see cref="Predicate"/>.</summary>
    public ControllerBuilder<TEntity> Where(EventPredicate<TEntity> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        Predicate = predicate;
        return this;
    }

    /// <summary>Adds an index of entities, for mappers and for readers of the cache.</summary>
    public ControllerBuilder<TEntity> Index(string name, Func<TEntity, IEnumerable<string>> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        _indexes.Add((name, values));
        return this;
    }

    /// <summary>Reconciles the entity whose controller reference a changed object carries, or carried.</summary>
    /// <param name="predicate">Which changes count; null for all.</param>
    /// <param name="scope">Which objects; null as for <see cref="Scope"/>.</param>
    public ControllerBuilder<TEntity> Owns<TChild>(EventPredicate<TChild>? predicate = null, InformerScope? scope = null)
        where TChild : class, IKubernetesObject<V1ObjectMeta> =>
        Watches((child, _) => OwnerMapping.Keys(child.Metadata, EntityMetadata.For<TEntity>()), predicate, scope);

    /// <summary>Reconciles the entities that a changed object concerns: those of its state before and those of its state after.</summary>
    /// <param name="map">
    /// From an object, and the cache of entities with its indexes, to keys. When it throws, all entities are reconciled.
    /// </param>
    /// <param name="predicate">Which changes count; null for all.</param>
    /// <param name="scope">Which objects; null as for <see cref="Scope"/>.</param>
    public ControllerBuilder<TEntity> Watches<TOther>(
        Func<TOther, IEntityStore<TEntity>, IEnumerable<ObjectKey>> map, EventPredicate<TOther>? predicate = null, InformerScope? scope = null)
        where TOther : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(map);
        _sources.Add(context => new MappedSource<TOther>(
            context.Informers.Get<TOther>(scope),
            predicate ?? new EventPredicate<TOther>(),
            other => map(other, context.Entities),
            () => context.Entities.List().Select(e => ObjectKey.Of(e)),
            Name,
            context.Logger));
        return this;
    }

    /// <summary>As <see cref="Watches{TOther}(Func{TOther, IEntityStore{TEntity}, IEnumerable{ObjectKey}}, EventPredicate{TOther}, InformerScope)"/>, with all caches at hand for the mapping.</summary>
    /// <param name="map">From an object, the cache of entities and the informers to keys.</param>
    /// <param name="predicate">Which changes count; null for all.</param>
    /// <param name="scope">Which objects; null as for <see cref="Scope"/>.</param>
    public ControllerBuilder<TEntity> Watches<TOther>(
        Func<TOther, IEntityStore<TEntity>, IInformers, IEnumerable<ObjectKey>> map, EventPredicate<TOther>? predicate = null, InformerScope? scope = null)
        where TOther : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(map);
        _sources.Add(context => new MappedSource<TOther>(
            context.Informers.Get<TOther>(scope),
            predicate ?? new EventPredicate<TOther>(),
            other => map(other, context.Entities, context.Informers),
            () => context.Entities.List().Select(e => ObjectKey.Of(e)),
            Name,
            context.Logger));
        return this;
    }

    /// <summary>Reconciles the entities that a trigger asks for.</summary>
    public ControllerBuilder<TEntity> TriggeredBy(ReconcileTrigger trigger)
    {
        ArgumentNullException.ThrowIfNull(trigger);
        _sources.Add(_ => new TriggerSource(trigger));
        return this;
    }
}
