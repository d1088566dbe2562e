using Microsoft.Extensions.Logging;
using Operator.Runtime.Reconciling;

namespace Operator.Runtime.Hosting;

/// <summary>Makes the informers of all controllers known before they start, so that a standby has warm caches.</summary>
internal sealed partial class ControllerPreparation(IEnumerable<ControllerRunner> controllers, ILogger<ControllerPreparation> logger) : IOperatorLifecycle
{
    public OperatorStage Stage => OperatorStage.Informers;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var controller in controllers)
        {
            try
            {
                controller.Prepare();
            }
            catch (Exception e)
            {
                // The controller tries again when it starts; the others go on.
                Log.NotPrepared(logger, controller.Name, e);
            }
        }
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(28, LogLevel.Error, "{Controller}: could not be put together; it is tried again when it starts")]
        public static partial void NotPrepared(ILogger logger, string controller, Exception exception);
    }
}
