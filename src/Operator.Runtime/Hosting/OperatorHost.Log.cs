using Microsoft.Extensions.Logging;

namespace Operator.Runtime.Hosting;

internal sealed partial class OperatorHost
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Shutting down: not ready any more, no new work")]
        public static partial void Stopping(ILogger logger);

        [LoggerMessage(2, LogLevel.Information, "Shut down")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(3, LogLevel.Information, "Shut down before the operator was fully up")]
        public static partial void StoppedEarly(ILogger logger);

        [LoggerMessage(4, LogLevel.Critical, "The operator could not start; the process ends")]
        public static partial void StartFailed(ILogger logger, Exception error);

        [LoggerMessage(5, LogLevel.Critical, "Leadership is lost; the process ends and starts again as a candidate")]
        public static partial void LeadershipLost(ILogger logger);

        [LoggerMessage(8, LogLevel.Critical, "The renewal of leadership failed unexpectedly; the process ends")]
        public static partial void HoldFailed(ILogger logger, Exception error);

        [LoggerMessage(6, LogLevel.Error, "{Part} failed to stop; going on without it")]
        public static partial void StopFailed(ILogger logger, string? part, Exception error);

        [LoggerMessage(7, LogLevel.Error, "{Part} did not end within {Timeout} of its cancellation; going on without it")]
        public static partial void LeftBehind(ILogger logger, string part, TimeSpan timeout);
    }
}
