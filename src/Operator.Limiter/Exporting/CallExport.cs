using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Operator.Limiter.Hosting;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Exporting;

/// <summary>
/// Tells a collector of calls. Nothing here names a type of OpenTelemetry, so that a limiter without an export never loads any.
/// </summary>
internal abstract partial class CallExport : IAsyncDisposable
{
    /// <summary>Tells of a call that ended. Never waits, and never fails.</summary>
    /// <param name="call">The call.</param>
    /// <param name="headers">The caller's headers, for the trace that it belongs to.</param>
    public abstract void Add(CallRecord call, IHeaderDictionary headers);

    /// <summary>Sends what is left, for a bounded time.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Starts the export that the variables ask for.</summary>
    /// <returns>Null when none is asked for, or when it cannot be started: calls matter more.</returns>
    public static CallExport? Start(LimiterState state, ILoggerFactory loggers)
    {
        if (state.Options.Variables is not { } variables || ExportVariables.Read(variables) is not { } asked) return null;
        var logger = loggers.CreateLogger("telemetry");
        try
        {
            var export = Load(state, asked, logger);
            Log.Started(logger, asked.Traces, asked.Metrics);
            return export;
        }
#pragma warning disable CA1031 // Whatever is wrong with a collector's address or certificate must not keep calls from being served.
        catch (Exception e)
        {
            // Only the type: a message may quote a variable, and one of them holds the collector's credentials.
            Log.NotStarted(logger, e.GetType().Name);
            return null;
        }
#pragma warning restore CA1031
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OpenTelemetryExport Load(LimiterState state, ExportVariables asked, ILogger logger) => new(state, asked, logger);

    private static partial class Log
    {
        [LoggerMessage(60, LogLevel.Information, "Telemetry is exported by OTLP: traces {Traces}, metrics {Metrics}")]
        public static partial void Started(ILogger logger, bool traces, bool metrics);

        [LoggerMessage(61, LogLevel.Error, "Telemetry is not exported ({Kind}): check the OTEL_ variables, such as the endpoint and the certificate; calls are served")]
        public static partial void NotStarted(ILogger logger, string kind);
    }
}
