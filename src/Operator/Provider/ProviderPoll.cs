using Operator.Runtime.Hosting;

namespace Operator.Provider;

/// <summary>Reads something of the provider when the operator starts and then at an interval.</summary>
/// <param name="interval">The interval.</param>
/// <param name="clock">The clock.</param>
internal abstract class ProviderPoll(TimeSpan interval, TimeProvider clock) : IOperatorLifecycle, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public abstract OperatorStage Stage { get; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = RunAsync(_stopping.Token);
        return Task.CompletedTask;
    }

    public void StopTakingWork() => _stopping.Cancel();

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _loop;
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _http.Dispose();
    }

    /// <summary>Completes when there is something to read for.</summary>
    protected virtual Task ReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reads once; a failure is told, not thrown.</summary>
    protected abstract Task ReadAsync(HttpClient http, CancellationToken cancellationToken);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await ReadyAsync(cancellationToken);
            while (true)
            {
                await ReadAsync(_http, cancellationToken);
                await Task.Delay(interval, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The operator stops.
        }
    }
}
