using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Controllers;

/// <summary>
/// Calls a function for every key that was added, never twice at a time for one key, and again after a failure with growing delay.
/// A key that is added while it is being worked on runs once more.
/// </summary>
/// <param name="name">The name in logs.</param>
/// <param name="reconcile">Works on one key; answers after which time to come back, or null.</param>
/// <param name="time">The clock of the delays.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class ReconcileLoop<TKey>(
    string name, Func<TKey, CancellationToken, Task<TimeSpan?>> reconcile, TimeProvider time, ILogger logger)
    where TKey : notnull
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private readonly Channel<TKey> _ready = Channel.CreateUnbounded<TKey>();
    private readonly Lock _gate = new();
    private readonly HashSet<TKey> _dirty = [];
    private readonly HashSet<TKey> _processing = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, ITimer> _timers = [];

    /// <summary>Asks for work on a key, now.</summary>
    public void Add(TKey key)
    {
        lock (_gate)
        {
            if (_dirty.Add(key) && !_processing.Contains(key))
                _ready.Writer.TryWrite(key);
        }
    }

    /// <summary>Asks for work on a key after a delay; an earlier request of this kind for the same key is replaced.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key);
            return;
        }
        lock (_gate)
        {
            if (_timers.Remove(key, out var former))
                former.Dispose();
            _timers[key] = time.CreateTimer(_ => Add(key), null, delay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(int workers, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(cancellationToken)));
        }
        finally
        {
            lock (_gate)
            {
                foreach (var timer in _timers.Values)
                    timer.Dispose();
                _timers.Clear();
            }
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var key in _ready.Reader.ReadAllAsync(cancellationToken))
                await WorkOnAsync(key, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of every loop.
        }
    }

    private async Task WorkOnAsync(TKey key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _dirty.Remove(key);
            _processing.Add(key);
        }
        TimeSpan? again;
        try
        {
            again = await reconcile(key, cancellationToken);
            lock (_gate)
                _failures.Remove(key);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            again = Backoff(key);
            // Losing a race against another writer is daily business.
            if (error is ApiException { Code: 404 or 409 })
                Log.Retried(logger, name, key, error.Message);
            else
                Log.Failed(logger, error, name, key);
        }
        lock (_gate)
        {
            _processing.Remove(key);
            if (_dirty.Contains(key))
                _ready.Writer.TryWrite(key);
        }
        if (again is { } delay)
            AddAfter(key, delay);
    }

    private TimeSpan Backoff(TKey key)
    {
        lock (_gate)
        {
            var failures = _failures.GetValueOrDefault(key);
            _failures[key] = failures + 1;
            var delay = FirstDelay * Math.Pow(2, Math.Min(failures, 20));
            return delay < LongestDelay ? delay : LongestDelay;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Controller}: {Key} failed and will be tried again")]
        public static partial void Failed(ILogger logger, Exception error, string controller, object key);

        [LoggerMessage(2, LogLevel.Debug, "{Controller}: {Key} will be tried again: {Reason}")]
        public static partial void Retried(ILogger logger, string controller, object key, string reason);
    }
}
