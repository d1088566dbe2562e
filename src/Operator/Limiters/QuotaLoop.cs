using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Limiters.Configurations;
using Operator.Limiters.Reports;
using Operator.Limiters.Spend;
using Operator.Quotas;
using Operator.Runtime.Hosting;

namespace Operator.Limiters;

/// <summary>Runs the desk while this process leads: decides once a second, and writes down what was spent.</summary>
internal sealed partial class QuotaLoop(
    ReportDesk desk, SpendCheckpoints checkpoints, LeaderEpoch epoch, QuotaTrees trees, LimiterPods pods, LimiterConfigurations configurations,
    QuotaTrigger trigger, ChannelOptions options, SteadyClock clock, TimeProvider time, ILogger<QuotaLoop> logger) : IOperatorLifecycle, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;
    private volatile bool _isOpen;

    /// <inheritdoc/>
    public OperatorStage Stage => OperatorStage.Controllers;

    /// <summary>Whether reports are answered here.</summary>
    public bool IsOpen => _isOpen && epoch.Current is not null;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        desk.Changed += trigger.Trigger.Enqueue;
        _run = RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void StopTakingWork()
    {
        _isOpen = false;
        desk.Changed -= trigger.Trigger.Enqueue;
        _stop.Cancel();
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        StopTakingWork();
        return _run.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(CancellationToken stop)
    {
        await Task.Yield();
        try
        {
            await OpenAsync(stop);
            var stored = time.GetTimestamp();
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    desk.Tick(clock.Now);
                    if (time.GetElapsedTime(stored) >= options.CheckpointInterval)
                    {
                        await checkpoints.SaveAsync(stop);
                        stored = time.GetTimestamp();
                    }
                }
                catch (Exception error) when (!stop.IsCancellationRequested)
                {
                    // One organization that cannot be judged must not take the leases of all others.
                    Log.Failed(logger, error);
                }
                await Task.Delay(Pace, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Whatever a write did at the end: the last checkpoint is tried all the same.
        }
        await LastAsync();
    }

    private async Task OpenAsync(CancellationToken stop)
    {
        await trees.WaitForSyncAsync(stop);
        await pods.WaitForSyncAsync(stop);
        await configurations.WaitForSyncAsync(stop);
        while (true)
        {
            try
            {
                await checkpoints.LoadAsync(stop);
                break;
            }
            catch (Exception error) when (error is KubernetesException or HttpRequestException or IOException or TimeoutException)
            {
                // Without it, money would be counted twice. Limiters live on their leases meanwhile.
                Log.NotLoaded(logger, error.Message);
                await Task.Delay(Pace, time, stop);
            }
        }
        var now = epoch.Current ?? throw new InvalidOperationException("This process does not lead.");
        desk.Begin(now, epoch.IsFirst && !pods.Running().Any());
        _isOpen = true;
        Log.Open(logger, now);
    }

    /// <summary>Whoever comes next should not count again what is counted here, as far as this process may still write.</summary>
    private async Task LastAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3), time);
        try
        {
            await checkpoints.SaveAsync(patience.Token);
        }
        catch (Exception error)
        {
            Log.LastNotStored(logger, error.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Deciding on leases failed; again in a second")]
        public static partial void Failed(ILogger logger, Exception exception);

        [LoggerMessage(2, LogLevel.Warning, "Checkpoints of what was spent cannot be read: {Why}. Limiters are answered when they are; again in a second")]
        public static partial void NotLoaded(ILogger logger, string why);

        [LoggerMessage(3, LogLevel.Information, "Limiters are answered, epoch {Epoch}")]
        public static partial void Open(ILogger logger, long epoch);

        [LoggerMessage(4, LogLevel.Information, "What was spent since the last checkpoint is not stored: {Why}. Limiters tell it to the next leader.")]
        public static partial void LastNotStored(ILogger logger, string why);
    }
}
