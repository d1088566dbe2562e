using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Finalizers;
using Operator.Runtime.Metrics;
using Operator.Runtime.Queueing;

namespace Operator.Runtime.Reconciling;

/// <summary>The services that every controller is put together from.</summary>
internal sealed record ControllerServices(
    IKubernetesClient Client,
    IInformers Informers,
    WriteTrackers Trackers,
    IServiceScopeFactory Scopes,
    RuntimeMetrics Metrics,
    TimeProvider Time,
    ILoggerFactory Loggers);

/// <summary>A controller put together: its sources, its queue and its loop.</summary>
internal sealed class ControllerParts
{
    private ControllerParts(IReadOnlyList<IEventSource> sources, WorkQueue<ObjectKey> queue, ReconcileLoop loop)
    {
        Sources = sources;
        Queue = queue;
        Loop = loop;
    }

    public IReadOnlyList<IEventSource> Sources { get; }

    public WorkQueue<ObjectKey> Queue { get; }

    public ReconcileLoop Loop { get; }

    public static ControllerParts Build<TEntity>(
        ControllerBuilder<TEntity> options,
        IControllerInvoker<TEntity> invoker,
        IReadOnlyList<FinalizerRegistration<TEntity>> finalizers,
        bool runsFinalizers,
        ControllerServices services)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        var logger = services.Loggers.CreateLogger(typeof(ControllerParts).Namespace + "." + options.Name);
        var informer = services.Informers.Get<TEntity>(options.Scope);
        foreach (var (name, values) in options.Indexes) informer.AddIndex(name, values);
        var entities = new EntitySource<TEntity>(informer, options.Predicate, options.Name, logger);
        var context = new SourceContext<TEntity>(services.Informers, informer, logger);
        List<IEventSource> sources = [entities, .. options.Sources.Select(make => make(context))];

        WorkQueue<ObjectKey>? queue = null;
        var queueMetrics = services.Metrics.ForQueue(options.Name, () => queue?.Depth ?? 0, () => queue?.Unfinished() ?? default);
        queue = new WorkQueue<ObjectKey>(services.Time, queueMetrics);

        var tracker = new WriteTracker(services.Time);
        tracker.CaughtUp += key => queue.Add(key);
        (informer as Informer<TEntity>)?.AddObserver(tracker);
        services.Trackers.Add<TEntity>(tracker);

        var reconciler = new EntityReconciler<TEntity>(
            informer, entities, tracker, services.Client,
            new FinalizerSet<TEntity>(finalizers, services.Client, services.Scopes, runsFinalizers),
            invoker, options.ReadYourWritesPatience);
        var loop = new ReconcileLoop(
            options.Name, queue, reconciler.ReconcileAsync, options.ReconcileTimeout, services.Time,
            services.Metrics.ForController(options.Name, options.MaxConcurrentReconciles), logger);
        return new ControllerParts(sources, queue, loop);
    }
}
