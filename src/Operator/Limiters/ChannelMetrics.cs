using System.Diagnostics.Metrics;
using Operator.Limiters.Configurations;
using Operator.Limiters.Reports;
using Operator.Rollouts;

namespace Operator.Limiters;

/// <summary>Metrics of the channel to limiters.</summary>
internal sealed class ChannelMetrics
{
    /// <summary>The counter of configurations that went out.</summary>
    public const string Sent = "claudeops_limiter_configurations_sent_total";

    /// <summary>The histogram of the time until limiters confirm.</summary>
    public const string Acknowledged = "claudeops_limiter_acknowledgement_seconds";

    private static readonly string[] Reasons = ["no-token", "bad-token", "unchecked-token", "unknown-pod", "bad-report", "foreign-instance"];
    private readonly Counter<long> _reports;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _sent;

    public ChannelMetrics(IMeterFactory meters, LimiterStreams streams, ReportDesk desk)
    {
        var meter = meters.Create(RolloutMetrics.MeterName);
        _reports = meter.CreateCounter<long>("claudeops_limiter_reports_total", null, "Reports of limiters that were answered");
        _refused = meter.CreateCounter<long>("claudeops_limiter_refusals_total", null, "Requests of limiters that were refused, by reason");
        _sent = meter.CreateCounter<long>(Sent, null, "Configurations that were sent to limiters");
        var acknowledged = meter.CreateHistogram(
            Acknowledged, null, "From a configuration's arrival in the operator's cache to a limiter's report that it applies it", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [.005, .01, .025, .05, .1, .15, .2, .25, .5, 1, 2.5, 5, 10, 30, 60] });
        desk.Acknowledged += after => acknowledged.Record(after.TotalSeconds);
        meter.CreateObservableGauge("claudeops_limiter_streams", () => streams.Count, null, "Limiters that follow their configuration");
        meter.CreateObservableGauge("claudeops_limiters_reporting", () => desk.Limiters, null, "Limiters that reported within a lease's time to live");
        _reports.Add(0);
        _sent.Add(0);
        foreach (var reason in Reasons) _refused.Add(0, new KeyValuePair<string, object?>("reason", reason));
    }

    /// <summary>A report was answered.</summary>
    public void Taken() => _reports.Add(1);

    /// <summary>A configuration was handed to a limiter's connection.</summary>
    public void ConfigurationSent() => _sent.Add(1);

    /// <summary>A request was refused.</summary>
    public void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
