using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Operator.Runtime.Metrics;

/// <summary>
/// Collects the measurements of meters and writes them in the Prometheus text format 0.0.4. It listens from its creation on: create it
/// before what it measures.
/// </summary>
public sealed class PrometheusExporter : IDisposable
{
    /// <summary>The content type of <see cref="Write"/>.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly Lock _writing = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    /// <summary>Listens to the meters with the given names; to that of the runtime when none is given.</summary>
    public PrometheusExporter(params string[] meterNames)
        : this(null, meterNames)
    {
    }

    /// <summary>Listens to the meters with the given names, and not to those that another host in this process has made.</summary>
    /// <param name="meters">The meter factory of the own host; null to listen to every meter of the names.</param>
    /// <param name="meterNames">The names; that of the runtime when none is given.</param>
    public PrometheusExporter(IMeterFactory? meters, params string[] meterNames)
    {
        var names = new HashSet<string>(meterNames is { Length: > 0 } ? meterNames : [RuntimeMetrics.MeterName], StringComparer.Ordinal);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (meters is not null && instrument.Meter.Scope is { } scope && scope != meters) return;
            if (!names.Contains(instrument.Meter.Name) || MetricFamily.TypeOf(instrument) is null) return;
            listener.EnableMeasurementEvents(instrument, Family(instrument));
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        _listener.Start();
    }

    /// <summary>All that was measured, as text.</summary>
    public string Write()
    {
        MetricFamily[] families;
        lock (_gate) families = [.. _families.Values];
        // One collection at a time: observed series are cleared first, so that what is no longer observed disappears.
        lock (_writing)
        {
            foreach (var family in families) family.BeforeObservation();
            _listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in families) family.Write(text);
            return text.ToString();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    internal static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // An instrument that another thread is just publishing or disposing is observed before, or after, it has its family.
        if (family is not null) ((MetricFamily)family).Record(value, tags);
    }

    private MetricFamily Family(Instrument instrument)
    {
        lock (_gate)
        {
            // Two meters may carry the same instrument (an operator that is started twice in a process): they share a family.
            if (!_families.TryGetValue(instrument.Name, out var family)) _families.Add(instrument.Name, family = new MetricFamily(instrument));
            return family;
        }
    }
}
