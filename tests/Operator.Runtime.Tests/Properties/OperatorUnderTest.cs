using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes;
using Operator.Runtime.Caching;
using Operator.Runtime.Finalizers;
using Operator.Runtime.Queueing;
using Operator.Runtime.Reconciling;
using Operator.Runtime.Tests.Fakes;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Tests.Properties;

/// <summary>One run of an operator process: informers and a controller, put together from the parts that the host uses.</summary>
internal sealed class OperatorUnderTest : IEntityFinalizer<Widget>, IDisposable
{
    public const string Finalizer = "test.dev/cleanup";

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly WriteTracker _tracker;
    private readonly HashSet<string> _finalized;

    public OperatorUnderTest(
        IFaultyCluster cluster, ReflectorOptions options, ReflectorMutant mutant, int seed, HashSet<string> finalized, List<string> violations)
    {
        _finalized = finalized;
        var random = new Random(seed);
        var trackers = new WriteTrackers();
        IKubernetesClient client = new TrackingKubernetesClient(cluster.Client, trackers);
        foreach (var @namespace in new[] { null, "one" })
        {
            var scope = InformerScope.All with { Namespace = @namespace };
            var informer = mutant == ReflectorMutant.NoDeleteOnRelist
                ? new KeepingInformer<Widget>(scope)
                : new Informer<Widget>(scope, StoredFields.Strip, NullLogger.Instance);
            informer.AddHandler(new EventRecord(@namespace ?? "all", violations));
            var reflector = mutant == ReflectorMutant.VersionNotAdvanced
                ? new StandingReflector<Widget>(client, scope, informer, options, cluster.Time, new Random(random.Next()))
                : new Reflector<Widget>(client, scope, informer, options, cluster.Time, new Random(random.Next()));
            Informers.Add(informer);
            _running.Add(cluster.Start(() => reflector.RunAsync(_stop.Token)));
        }
        Controller = new RecordingController(client, cluster.Time, new Random(random.Next()), Finalizer, violations);
        _queue = new WorkQueue<ObjectKey>(cluster.Time);
        _tracker = new WriteTracker(cluster.Time);
        _tracker.CaughtUp += key => _queue.Add(key);
        Informers[0].AddObserver(_tracker);
        trackers.Add<Widget>(_tracker);
        var source = new EntitySource<Widget>(Informers[0], Predicates.GenerationChanged<Widget>(), "widget", NullLogger.Instance);
        var scopes = new ServiceCollection().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>();
        var finalizers = new FinalizerSet<Widget>([new FinalizerRegistration<Widget>(Finalizer, _ => this)], client, scopes, runs: true);
        var reconciler = new EntityReconciler<Widget>(
            Informers[0], source, _tracker, client, finalizers, Controller, patience: TimeSpan.FromSeconds(2));
        var loop = new ReconcileLoop(
            "widget", _queue, reconciler.ReconcileAsync, TimeSpan.FromSeconds(30), cluster.Time, NoMetrics.Instance, NullLogger.Instance);
        source.Attach(_queue);
        _running.Add(cluster.Start(async () =>
        {
            // Not WaitForSyncAsync: that comes back over the thread pool, at a time of its own.
            while (!Informers[0].HasSynced) await Task.Delay(TimeSpan.FromMilliseconds(100), cluster.Time, _stop.Token);
            await loop.RunAsync(3, _stop.Token);
        }));
    }

    public List<Informer<Widget>> Informers { get; } = [];

    public RecordingController Controller { get; }

    public int Waiting => _queue.Depth + _queue.Processing + _queue.Delayed + _tracker.Count;

    public Task<ReconciliationResult<Widget>> FinalizeAsync(Widget entity, CancellationToken cancellationToken)
    {
        _finalized.Add(entity.Metadata.Uid!);
        return Task.FromResult(ReconciliationResult<Widget>.Success(entity));
    }

    public async Task StopAsync(IFaultyCluster cluster)
    {
        _ = _queue.ShutDownAsync();
        Cancel();
        await cluster.PassAsync(TimeSpan.FromMilliseconds(200));
        foreach (var task in _running)
        {
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
                // That is how they end.
            }
        }
        Dispose();
    }

    public void Dispose()
    {
        _queue.Dispose();
        _stop.Dispose();
    }

    // On this thread: the simulation has only one.
    private void Cancel() => _stop.Cancel();

    private sealed class NoMetrics : IControllerMetrics
    {
        public static NoMetrics Instance { get; } = new();

        public void Started()
        {
        }

        public void Ended(string? result, TimeSpan took)
        {
        }
    }
}
