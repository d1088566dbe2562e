using System.Diagnostics.Tracing;
using Microsoft.Extensions.Logging;

namespace Operator.Limiter.Exporting;

/// <summary>Says, once a minute at most, that a collector does not take what it is sent: the SDK itself stays silent.</summary>
internal sealed partial class ExportFaults(ILogger logger, TimeProvider time) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private long _told = long.MinValue;

    /// <inheritdoc />
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter) EnableEvents(eventSource, EventLevel.Warning);
    }

    /// <inheritdoc />
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        var (now, told) = (time.GetTimestamp(), Interlocked.Read(ref _told));
        if (told != long.MinValue && time.GetElapsedTime(told, now) < Interval) return;
        if (Interlocked.CompareExchange(ref _told, now, told) != told) return;
        // Only the event's name: what it carries may quote the collector's address with its credentials.
        Log.Failed(logger, eventData.EventName ?? "unknown");
    }

    private static partial class Log
    {
        [LoggerMessage(62, LogLevel.Warning, "The collector did not take telemetry ({Event}): what does not find room until it does is lost; calls are served")]
        public static partial void Failed(ILogger logger, string @event);
    }
}
