using System.Diagnostics.Metrics;

namespace Operator.Runtime.Events;

/// <summary>What the event recorder measures.</summary>
internal sealed class EventMetrics
{
    private readonly Counter<long> _written;
    private readonly Counter<long> _dropped;

    public EventMetrics(Meter meter)
    {
        _written = meter.CreateCounter<long>("operator_runtime_events_written_total", null, "Number of writes of events, by kind of write");
        _dropped = meter.CreateCounter<long>(
            "operator_runtime_events_dropped_total", null,
            "Number of events that were not written, by reason: queue_full, rate_limited, refused, failed or shutdown");
    }

    public void Written(bool created) => _written.Add(1, new KeyValuePair<string, object?>("write", created ? "create" : "series"));

    public void Dropped(string reason, int count = 1) => _dropped.Add(count, new KeyValuePair<string, object?>("reason", reason));
}
