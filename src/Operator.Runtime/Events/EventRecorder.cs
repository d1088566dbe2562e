using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Hosting;

namespace Operator.Runtime.Events;

/// <summary>Queues events and writes them in the background, one after the other.</summary>
internal sealed partial class EventRecorder(
    EventWriter writer, EventOptions options, EventMetrics metrics, TimeProvider clock, ILogger<EventRecorder> logger)
    : IEventRecorder, IOperatorLifecycle, IDisposable
{
    private readonly EventQueue _queue = new(options.QueueCapacity, clock);
    private readonly EventCorrelator _correlator = new(options);
    private readonly CancellationTokenSource _abort = new();
    private Task _run = Task.CompletedTask;

    public OperatorStage Stage => OperatorStage.Events;

    /// <summary>Whether everything that was recorded is written.</summary>
    public bool IsIdle => _queue.IsIdle;

    public void Record<T>(T regarding, EventType type, string reason, string action, string note, V1ObjectReference? related = null, string? subject = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var recorded = new RecordedEvent(
            type, EventText.Word(reason, nameof(reason)), EventText.Word(action, nameof(action)), EventText.Note(note),
            EventReference.To(regarding), related, clock.GetUtcNow(), subject);
        if (_queue.Add(recorded) > 0) metrics.Dropped("queue_full");
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _run = RunAsync(_abort.Token);
        return Task.CompletedTask;
    }

    public void StopTakingWork() => _queue.Complete();

    /// <summary>Writes what is queued, and every count that is not written yet, until cancelled.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using (cancellationToken.Register(_abort.Cancel)) await _run;
    }

    public void Dispose() => _abort.Dispose();

    private async Task RunAsync(CancellationToken abort)
    {
        try
        {
            while (!_queue.IsDrained)
            {
                if (_queue.TryTake() is { } recorded) await WriteAsync(Observe(recorded), abort);
                else await WriteAsync(await IdleAsync(abort), abort);
            }

            await WriteAsync(_correlator.Flush(clock.GetUtcNow()), abort);
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            var lost = _correlator.Flush(clock.GetUtcNow()).Count;
            while (_queue.TryTake() is not null) lost++;
            metrics.Dropped("shutdown", lost);
            Log.Aborted(logger, lost);
        }
    }

    private IReadOnlyList<EventWrite> Observe(RecordedEvent recorded)
    {
        var writes = _correlator.Observe(recorded, out var dropped);
        if (dropped) metrics.Dropped("rate_limited");
        return writes;
    }

    private async Task<IReadOnlyList<EventWrite>> IdleAsync(CancellationToken abort)
    {
        // Nothing to follow, nothing to do: an idle recorder sets no timer that matters.
        await _queue.WaitAsync(_correlator.IsEmpty ? Timeout.InfiniteTimeSpan : options.SeriesRefresh, abort);
        abort.ThrowIfCancellationRequested();
        return _correlator.Sweep(clock.GetUtcNow());
    }

    private async Task WriteAsync(IReadOnlyList<EventWrite> writes, CancellationToken abort)
    {
        foreach (var write in writes) await writer.WriteAsync(write, abort);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Stopped before all events were written: {Lost} are lost")]
        public static partial void Aborted(ILogger logger, int lost);
    }
}
