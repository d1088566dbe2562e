using Microsoft.Extensions.Logging;
using Operator.Runtime.Hosting;

namespace Operator.Catalog.Refresh;

/// <summary>
/// Reads the provider's list of models at the start and then at an interval, on every replica: admission needs it too. What was read last
/// stays.
/// </summary>
internal sealed partial class ModelsPoll(CatalogStore store, ModelsOptions options, TimeProvider clock, ILogger<ModelsPoll> logger) : IOperatorLifecycle, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) });
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    public OperatorStage Stage => OperatorStage.Endpoints;

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

    /// <summary>Reads the list once.</summary>
    internal async Task ReadAsync(ModelsApi api, CancellationToken cancellationToken)
    {
        try
        {
            if (await api.ReadAsync(cancellationToken) is not { } models) return;
            var errors = store.Observe(ObservedCatalog.Of(ModelCatalog.Shipped, models));
            if (errors.Count == 0) Log.Refreshed(logger, models.Count);
            else Log.Refused(logger, string.Join("; ", errors.Take(5)));
        }
        catch (ModelsException e)
        {
            Log.Failed(logger, e.Message);
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        var api = new ModelsApi(_http, options);
        try
        {
            while (true)
            {
                await ReadAsync(api, cancellationToken);
                await Task.Delay(options.Interval, clock, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The operator stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(320, LogLevel.Debug, "The provider tells of {Models} models")]
        public static partial void Refreshed(ILogger logger, int models);

        [LoggerMessage(321, LogLevel.Warning, "The provider's list of models does not fit the catalogue, the last one stays: {Errors}")]
        public static partial void Refused(ILogger logger, string errors);

        [LoggerMessage(322, LogLevel.Warning, "The provider's list of models was not read, the last one stays: {Reason}")]
        public static partial void Failed(ILogger logger, string reason);
    }
}
