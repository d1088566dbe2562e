using System.Globalization;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Telemetry;

/// <summary>Everything that is measured, in Prometheus's text form.</summary>
internal static class MetricsText
{
    /// <summary>Writes all metrics.</summary>
    public static string Write(LimiterState state)
    {
        var scrape = new MetricScrape(state);
        var text = new StringBuilder(8 * 1024);
        Families(text, scrape, LimiterMetrics.Calls);
        Families(text, scrape, LimiterMetrics.Revisions);
        Histograms(text, "latency", "Time to the end of the answer.", scrape, m => m.Latency);
        Histograms(text, "first_token", "Time to the first token.", scrape, m => m.FirstToken);
        Families(text, scrape, LimiterMetrics.Gates);
        Families(text, scrape, LimiterMetrics.Configurations);
        if (state.Options.Operator is not null) Families(text, scrape, LimiterMetrics.Operator);
        return text.ToString();
    }

    private static void Families(StringBuilder text, MetricScrape scrape, IReadOnlyList<MetricFamily> families)
    {
        foreach (var family in families)
        {
            Head(text, family.Name, family.Kind == MetricKind.Counter ? "counter" : "gauge", family.Help);
            foreach (var value in family.Read(scrape)) Line(text, family.Name, value.Labels, value.Value);
        }
    }

    private static void Histograms(StringBuilder text, string name, string help, MetricScrape scrape, Func<RevisionMeasurement, LatencyHistogram> of)
    {
        Head(text, $"claude_limiter_revision_{name}_seconds", "histogram", help + " The sum is exact to a tenth.");
        foreach (var m in scrape.Revisions) Histogram(text, $"claude_limiter_revision_{name}_seconds", m, of(m));
    }

    private static void Histogram(StringBuilder text, string name, RevisionMeasurement of, LatencyHistogram histogram)
    {
        (string, string)[] labels = [("deployment", of.Deployment), ("revision", of.Revision)];
        var (count, sum) = (0L, 0.0);
        for (var i = 0; i < histogram.Counts.Count; i++)
        {
            count += histogram.Counts[i];
            // What lies above all bounds counts with the highest.
            sum += histogram.Counts[i] * LatencyHistogram.UpperBoundOf(Math.Min(i, LatencyHistogram.BucketCount - 2)).TotalSeconds;
            if (LatencyBounds.IsTold(i)) Line(text, name + "_bucket", [.. labels, ("le", Number(LatencyHistogram.UpperBoundOf(i).TotalSeconds))], count);
        }
        Line(text, name + "_bucket", [.. labels, ("le", "+Inf")], count);
        Line(text, name + "_sum", labels, sum);
        Line(text, name + "_count", labels, count);
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, (string Name, string Value)[] labels, double value)
    {
        text.Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escape(labels[i].Value)).Append('"');
        }
        if (labels.Length > 0) text.Append('}');
        text.Append(' ').Append(double.IsPositiveInfinity(value) ? "+Inf" : Number(value)).Append('\n');
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
