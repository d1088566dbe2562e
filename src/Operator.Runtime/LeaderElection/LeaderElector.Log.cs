using Microsoft.Extensions.Logging;

namespace Operator.Runtime.LeaderElection;

internal sealed partial class LeaderElector
{
    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Identity} is a candidate for lease {Lease}")]
        public static partial void Candidate(ILogger logger, string identity, string lease);

        [LoggerMessage(2, LogLevel.Information, "{Identity} leads: lease {Lease}, epoch {Epoch}")]
        public static partial void Leading(ILogger logger, string identity, string lease, long epoch);

        [LoggerMessage(3, LogLevel.Error, "{Identity} no longer leads: lease {Lease} was not renewed in time or went to \"{Holder}\"")]
        public static partial void Lost(ILogger logger, string identity, string lease, string holder);

        [LoggerMessage(4, LogLevel.Information, "{Identity} gave lease {Lease} back")]
        public static partial void Released(ILogger logger, string identity, string lease);

        [LoggerMessage(5, LogLevel.Warning, "Could not give lease {Lease} back; trying again")]
        public static partial void ReleaseFailed(ILogger logger, string lease, Exception error);

        [LoggerMessage(6, LogLevel.Warning, "Lease {Lease} was not given back: it runs out by itself within {LeaseDuration}")]
        public static partial void NotReleased(ILogger logger, string lease, TimeSpan leaseDuration);

        [LoggerMessage(7, LogLevel.Warning, "Could not renew lease {Lease}; writes stop in {Remaining} unless a renewal succeeds")]
        public static partial void RenewFailed(ILogger logger, string lease, TimeSpan remaining, Exception error);

        [LoggerMessage(8, LogLevel.Warning, "Could not read or take lease {Lease}; trying again")]
        public static partial void AcquireFailed(ILogger logger, string lease, Exception error);
    }
}
