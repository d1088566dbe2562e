using System.Diagnostics.Metrics;

namespace Operator.Runtime.Admission;

/// <summary>What admission measures, under controller-runtime's names.</summary>
internal sealed class AdmissionMetrics
{
    private static readonly double[] Buckets =
        [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 20, 30];

    private readonly Counter<long> _requests;
    private readonly Histogram<double> _latency;
    private readonly UpDownCounter<long> _inFlight;
    private readonly Counter<long> _panics;
    private readonly Counter<long> _certificateReads;
    private readonly Counter<long> _certificateErrors;

    public AdmissionMetrics(Meter meter)
    {
        _requests = meter.CreateCounter<long>("controller_runtime_webhook_requests_total", null, "Total number of admission requests by HTTP status code.");
        _latency = meter.CreateHistogram(
            "controller_runtime_webhook_latency_seconds", null, "Histogram of the latency of processing admission requests", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
        _inFlight = meter.CreateUpDownCounter<long>(
            "controller_runtime_webhook_requests_in_flight", null, "Current number of admission requests being served.");
        _panics = meter.CreateCounter<long>("controller_runtime_webhook_panics_total", null, "Total number of webhook panics");
        _certificateReads = meter.CreateCounter<long>("certwatcher_read_certificate_total", null, "Total number of certificate reads");
        _certificateErrors = meter.CreateCounter<long>("certwatcher_read_certificate_errors_total", null, "Total number of certificate read errors");
        _certificateReads.Add(0);
        _certificateErrors.Add(0);
    }

    public void Started(string webhook) => _inFlight.Add(1, new KeyValuePair<string, object?>("webhook", webhook));

    public void Ended(string webhook, int code, TimeSpan took)
    {
        var label = new KeyValuePair<string, object?>("webhook", webhook);
        _inFlight.Add(-1, label);
        _requests.Add(1, label, new("code", code));
        _latency.Record(took.TotalSeconds, label);
    }

    public void Panicked(string webhook) => _panics.Add(1, new KeyValuePair<string, object?>("webhook", webhook));

    public void CertificateRead() => _certificateReads.Add(1);

    public void CertificateFailed() => _certificateErrors.Add(1);
}
