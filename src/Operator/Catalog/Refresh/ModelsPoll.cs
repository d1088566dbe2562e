using Microsoft.Extensions.Logging;
using Operator.Provider;
using Operator.Runtime.Hosting;

namespace Operator.Catalog.Refresh;

/// <summary>Follows the provider's list of models on every replica: admission needs it too. What was read last stays.</summary>
internal sealed partial class ModelsPoll(CatalogStore store, ModelsOptions options, TimeProvider clock, ILogger<ModelsPoll> logger)
    : ProviderPoll(options.Interval, clock)
{
    public override OperatorStage Stage => OperatorStage.Endpoints;

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
        catch (ProviderException e)
        {
            Log.Failed(logger, e.Message);
        }
    }

    protected override Task ReadAsync(HttpClient http, CancellationToken cancellationToken) => ReadAsync(new ModelsApi(http, options), cancellationToken);

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
