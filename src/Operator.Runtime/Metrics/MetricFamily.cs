using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Operator.Runtime.Metrics;

/// <summary>All series of one instrument.</summary>
internal sealed class MetricFamily(Instrument instrument)
{
    private readonly string _name = instrument.Name;
    private readonly string? _description = instrument.Description;
    private readonly string _type = TypeOf(instrument)!;
    private readonly bool _sums = !instrument.IsObservable && TypeOf(instrument) != "histogram" && !IsGauge(instrument);
    private readonly double[] _bounds =
        TypeOf(instrument) == "histogram" ? [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10]] : [];

    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

    /// <summary>The Prometheus type of an instrument; null for those that have none here.</summary>
    public static string? TypeOf(Instrument instrument)
    {
        var type = instrument.GetType();
        if (!type.IsGenericType) return null;
        var definition = type.GetGenericTypeDefinition();
        if (definition == typeof(Counter<>) || definition == typeof(ObservableCounter<>)) return "counter";
        if (definition == typeof(Histogram<>)) return "histogram";
        if (definition == typeof(UpDownCounter<>) || definition == typeof(ObservableUpDownCounter<>)) return "gauge";
        return IsGauge(instrument) ? "gauge" : null;
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Labels(tags);
        var series = _series.GetOrAdd(labels, static (_, bounds) => new Series(bounds), _bounds);
        series.Record(value, _sums, _bounds);
    }

    public void BeforeObservation()
    {
        if (instrument.IsObservable) _series.Clear();
    }

    public void Write(StringBuilder text)
    {
        if (_description is not null)
            text.Append("# HELP ").Append(_name).Append(' ').Append(_description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(_name).Append(' ').Append(_type).Append('\n');
        foreach (var (labels, series) in _series.OrderBy(s => s.Key, StringComparer.Ordinal)) series.Write(text, _name, labels, _bounds);
    }

    private static bool IsGauge(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type
        && (type.GetGenericTypeDefinition() == typeof(ObservableGauge<>) || type.GetGenericTypeDefinition() == typeof(Gauge<>));

    private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty) return "";
        var text = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(name).Append("=\"");
            foreach (var c in Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
            {
                text.Append(c switch { '\\' => "\\\\", '"' => "\\\"", '\n' => "\\n", _ => c.ToString() });
            }
            text.Append('"');
        }
        return text.ToString();
    }

    private sealed class Series(double[] bounds)
    {
        private readonly Lock _gate = new();
        private readonly long[] _counts = new long[bounds.Length + 1];
        private double _value;
        private long _count;

        public void Record(double value, bool sums, double[] bounds)
        {
            lock (_gate)
            {
                if (bounds.Length > 0)
                {
                    var at = Array.BinarySearch(bounds, value);
                    _counts[at < 0 ? ~at : at]++;
                    _count++;
                    _value += value;
                }
                else
                {
                    _value = sums ? _value + value : value;
                }
            }
        }

        public void Write(StringBuilder text, string name, string labels, double[] bounds)
        {
            lock (_gate)
            {
                if (bounds.Length == 0)
                {
                    Line(text, name, labels, PrometheusExporter.Number(_value));
                    return;
                }
                long below = 0;
                var prefix = labels.Length == 0 ? "" : labels + ",";
                for (var i = 0; i < _counts.Length; i++)
                {
                    below += _counts[i];
                    var bound = PrometheusExporter.Number(i < bounds.Length ? bounds[i] : double.PositiveInfinity);
                    Line(text, name + "_bucket", $"{prefix}le=\"{bound}\"", below.ToString(CultureInfo.InvariantCulture));
                }
                Line(text, name + "_sum", labels, PrometheusExporter.Number(_value));
                Line(text, name + "_count", labels, _count.ToString(CultureInfo.InvariantCulture));
            }
        }

        private static void Line(StringBuilder text, string name, string labels, string value)
        {
            text.Append(name);
            if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(value).Append('\n');
        }
    }
}
