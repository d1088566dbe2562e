using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Runtime.Caching;
using Operator.Runtime.Queueing;

namespace Operator.Runtime.Reconciling;

/// <summary>Workers that take keys from a queue, reconcile them, and tell the queue what follows.</summary>
/// <param name="controller">The controller's name, for logs.</param>
/// <param name="queue">Where keys come from; shutting it down ends the workers.</param>
/// <param name="reconcile">Reconciles one key. Whatever it throws is a failure of that key alone.</param>
/// <param name="timeout">How long one reconcile may take; null for no limit.</param>
/// <param name="time">The clock.</param>
/// <param name="metrics">What is measured.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed partial class ReconcileLoop(
    string controller,
    WorkQueue<ObjectKey> queue,
    Func<ObjectKey, CancellationToken, Task<ReconcileOutcome>> reconcile,
    TimeSpan? timeout,
    TimeProvider time,
    IControllerMetrics metrics,
    ILogger logger)
{
    /// <summary>Runs the workers until the queue is shut down and the last reconcile has ended.</summary>
    /// <param name="workers">How many keys are reconciled at the same time, at most.</param>
    /// <param name="abort">Cancels running reconciles.</param>
    public Task RunAsync(int workers, CancellationToken abort) =>
        Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(abort)));

    private async Task WorkAsync(CancellationToken abort)
    {
        await Task.Yield();
        while (await queue.GetAsync(CancellationToken.None) is { } item)
        {
            try
            {
                await ProcessAsync(item, abort);
            }
            finally
            {
                queue.Done(item.Key);
            }
        }
    }

    private async Task ProcessAsync(WorkItem<ObjectKey> item, CancellationToken abort)
    {
        var started = time.GetTimestamp();
        metrics.Started();
        var outcome = await ReconcileAsync(item.Key, abort);
        var decision = QueueDecision.Of(outcome);
        metrics.Ended(decision.Result, time.GetElapsedTime(started));
        if (decision.Forget) queue.Forget(item.Key);
        var delay = decision.After;
        if (decision.RateLimited) delay = queue.AddRateLimited(item.Key, item.Priority);
        else if (delay is { } after) queue.AddAfter(item.Key, after, item.Priority);
        if (outcome is ReconcileOutcome.Failed failed) Tell(item.Key, failed, delay ?? TimeSpan.Zero);
    }

    private async Task<ReconcileOutcome> ReconcileAsync(ObjectKey key, CancellationToken abort)
    {
        using var deadline = timeout is { } limit ? new CancellationTokenSource(limit, time) : null;
        using var linked = deadline is null ? null : CancellationTokenSource.CreateLinkedTokenSource(abort, deadline.Token);
        try
        {
            return await reconcile(key, linked?.Token ?? abort);
        }
        catch (OperationCanceledException e) when (deadline is { IsCancellationRequested: true } && !abort.IsCancellationRequested)
        {
            return new ReconcileOutcome.Failed($"The reconcile did not end within {timeout}.", e);
        }
        catch (KubernetesException e) when (e.IsNamespaceEnding && key.Namespace is not null)
        {
            // A namespace that ends takes the object with it; its deletion brings the key back.
            Log.Ending(logger, controller, key, e.Message);
            return ReconcileOutcome.Done.Instance;
        }
        catch (Exception e)
        {
            return new ReconcileOutcome.Failed(e.Message, e);
        }
    }

    private void Tell(ObjectKey key, ReconcileOutcome.Failed failed, TimeSpan delay)
    {
        // Two writers met: common, harmless, and solved by the next try, so the stack tells nothing.
        if (failed.Error is KubernetesException { IsConflict: true }) Log.Conflict(logger, controller, key, delay, failed.Message);
        else Log.Failed(logger, controller, key, queue.Failures(key), delay, failed.Message, failed.Error);
    }

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Error, "{Controller}: {Key} failed ({Failures} in a row), again in {Delay}: {Message}")]
        public static partial void Failed(
            ILogger logger, string controller, ObjectKey key, int failures, TimeSpan delay, string message, Exception? exception);

        [LoggerMessage(21, LogLevel.Information, "{Controller}: {Key} met another writer, again in {Delay}: {Message}")]
        public static partial void Conflict(ILogger logger, string controller, ObjectKey key, TimeSpan delay, string message);

        [LoggerMessage(22, LogLevel.Information, "{Controller}: {Key} is left alone, since its namespace ends: {Message}")]
        public static partial void Ending(ILogger logger, string controller, ObjectKey key, string message);
    }
}
