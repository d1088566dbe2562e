using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Hosting;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Caching;

/// <summary>Makes informers, shares them, and runs them with the operator.</summary>
/// <param name="client">Lists and watches.</param>
/// <param name="settings">The namespace of the operator.</param>
/// <param name="time">The clock of pauses and timeouts.</param>
/// <param name="random">Where jitter comes from; need not be thread-safe.</param>
/// <param name="loggers">Where failures are told.</param>
/// <param name="handlerFailed">Counts handlers that throw; gets the resource's name.</param>
internal sealed partial class Informers(
    IKubernetesClient client, OperatorSettings settings, TimeProvider time, Random random, ILoggerFactory loggers, Action<string>? handlerFailed = null)
    : IInformers, IOperatorLifecycle, IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<Informers>();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(Type, InformerScope), Shared> _informers = [];
    private readonly List<Task> _running = [];
    private bool _started;

    public OperatorStage Stage => OperatorStage.Informers;

    public bool HaveSynced
    {
        get { lock (_gate) return _informers.Values.All(i => i.HasSynced()); }
    }

    public IInformer<T> Get<T>(InformerScope? scope = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var kind = EntityMetadata.For<T>();
        scope ??= kind.Scope == EntityScope.Namespaced ? InformerScope.All with { Namespace = settings.Namespace } : InformerScope.All;
        lock (_gate)
        {
            if (_informers.TryGetValue((typeof(T), scope), out var known)) return (IInformer<T>)known.Informer;
            var informer = new Informer<T>(scope, StoredFields.Strip, loggers.CreateLogger(typeof(IInformer<>).Namespace + ".Informer"), handlerFailed);
            var seed = random.Next();
            var shared = new Shared(
                informer,
                () => informer.HasSynced,
                token => new Reflector<T>(client, scope, informer, new ReflectorOptions(), time, new Random(seed)).RunAsync(token));
            _informers.Add((typeof(T), scope), shared);
            if (_started) _running.Add(RunAsync(kind.PluralName, shared));
            return informer;
        }
    }

    public T? Find<T>(ObjectKey key)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        List<IInformer<T>> candidates;
        lock (_gate) candidates = [.. _informers.Values.Select(i => i.Informer).OfType<IInformer<T>>()];
        return candidates.Select(i => i.Get(key)).FirstOrDefault(e => e is not null);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _started = true;
            foreach (var ((type, _), shared) in _informers) _running.Add(RunAsync(type.Name, shared));
        }
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        Task[] running;
        lock (_gate) running = [.. _running];
        await Task.WhenAll(running).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(string resource, Shared shared)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await shared.Run(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // No failure of the server gets here: this is a defect, and it must not end the watch of a kind for good.
                Log.Restarted(_logger, resource, e);
                await Task.Delay(TimeSpan.FromSeconds(5), time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private sealed record Shared(object Informer, Func<bool> HasSynced, Func<CancellationToken, Task> Run);

    private static partial class Log
    {
        [LoggerMessage(7, LogLevel.Critical, "The informer of {Resource} failed unexpectedly and is started again with a new list")]
        public static partial void Restarted(ILogger logger, string resource, Exception exception);
    }
}
