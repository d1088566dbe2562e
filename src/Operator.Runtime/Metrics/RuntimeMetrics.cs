using System.Diagnostics.Metrics;
using Operator.Runtime.Caching;
using Operator.Runtime.Queueing;
using Operator.Runtime.Reconciling;

namespace Operator.Runtime.Metrics;

/// <summary>
/// What the runtime measures, under the names of controller-runtime and client-go, so that dashboards made for these load. The meter
/// is called <see cref="MeterName"/>.
/// </summary>
public sealed class RuntimeMetrics : IDisposable
{
    /// <summary>The name of the meter, for exporters.</summary>
    public const string MeterName = "Operator.Runtime";

    private static readonly double[] ReconcileBuckets =
    [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0,
        3.5, 4.0, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
    ];

    // 10 ns to 1000 s, ten times each.
    private static readonly double[] QueueBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

    private readonly Meter _meter;
    private readonly Counter<long> _reconciles;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _reconcileTime;
    private readonly Counter<long> _adds;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _queueTime;
    private readonly Histogram<double> _workTime;
    private readonly Counter<long> _requests;
    private readonly Counter<long> _handlerErrors;
    private readonly Lock _gate = new();
    private readonly List<ControllerMetrics> _controllers = [];
    private readonly List<QueueMetrics> _queues = [];

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">Makes the meter; null for one of its own.</param>
    public RuntimeMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _reconciles = _meter.CreateCounter<long>("controller_runtime_reconcile_total", null, "Total number of reconciliations per controller");
        _errors = _meter.CreateCounter<long>("controller_runtime_reconcile_errors_total", null, "Total number of reconciliation errors per controller");
        _reconcileTime = Histogram("controller_runtime_reconcile_time_seconds", "Length of time per reconciliation per controller", ReconcileBuckets);
        _adds = _meter.CreateCounter<long>("workqueue_adds_total", null, "Total number of adds handled by workqueue");
        _retries = _meter.CreateCounter<long>("workqueue_retries_total", null, "Total number of retries handled by workqueue");
        _queueTime = Histogram("workqueue_queue_duration_seconds", "How long in seconds an item stays in workqueue before being requested", QueueBuckets);
        _workTime = Histogram("workqueue_work_duration_seconds", "How long in seconds processing an item from workqueue takes", QueueBuckets);
        _requests = _meter.CreateCounter<long>("rest_client_requests_total", null, "Number of HTTP requests, partitioned by status code, method, and host");
        _handlerErrors = _meter.CreateCounter<long>("operator_runtime_handler_errors_total", null, "Number of event handlers that threw, by resource");
        _meter.CreateObservableGauge("controller_runtime_active_workers", () => Controllers(c => c.Active), null, "Number of currently used workers per controller");
        _meter.CreateObservableGauge(
            "controller_runtime_max_concurrent_reconciles", () => Controllers(c => c.Workers), null, "Maximum number of concurrent reconciles per controller");
        _meter.CreateObservableGauge("workqueue_depth", () => Queues(q => (double)q.Depth()), null, "Current depth of workqueue");
        _meter.CreateObservableGauge(
            "workqueue_unfinished_work_seconds", () => Queues(q => q.Unfinished().Total.TotalSeconds), null,
            "How many seconds of work is in progress and has not been observed by work_duration");
        _meter.CreateObservableGauge(
            "workqueue_longest_running_processor_seconds", () => Queues(q => q.Unfinished().Longest.TotalSeconds), null,
            "How many seconds the longest running processor for workqueue has been running");
    }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    internal IControllerMetrics ForController(string name, int workers)
    {
        var metrics = new ControllerMetrics(this, name, workers);
        lock (_gate) _controllers.Add(metrics);
        // Series that begin at zero: a rate over the first failure is not lost.
        foreach (var result in new[] { QueueDecision.Success, QueueDecision.RequeueAfter, QueueDecision.Error })
            _reconciles.Add(0, new("controller", name), new("result", result));
        _errors.Add(0, new KeyValuePair<string, object?>("controller", name));
        return metrics;
    }

    internal IWorkQueueMetrics ForQueue(string name, Func<int> depth, Func<(TimeSpan Total, TimeSpan Longest)> unfinished)
    {
        var metrics = new QueueMetrics(this, name, depth, unfinished);
        lock (_gate) _queues.Add(metrics);
        return metrics;
    }

    internal void HandlerFailed(string resource) => _handlerErrors.Add(1, new KeyValuePair<string, object?>("resource", resource));

    internal void Request(string code, string method, string host) =>
        _requests.Add(1, new("code", code), new("method", method), new("host", host));

    private Histogram<double> Histogram(string name, string description, double[] buckets) =>
        _meter.CreateHistogram(name, null, description, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });

    private List<Measurement<int>> Controllers(Func<ControllerMetrics, int> value)
    {
        lock (_gate) return [.. _controllers.Select(c => new Measurement<int>(value(c), c.Tag))];
    }

    private List<Measurement<double>> Queues(Func<QueueMetrics, double> value)
    {
        lock (_gate) return [.. _queues.Select(q => new Measurement<double>(value(q), q.Controller, q.Name))];
    }

    private sealed class ControllerMetrics(RuntimeMetrics owner, string name, int workers) : IControllerMetrics
    {
        private int _active;

        public KeyValuePair<string, object?> Tag { get; } = new("controller", name);

        public int Workers => workers;

        public int Active => Volatile.Read(ref _active);

        public void Started() => Interlocked.Increment(ref _active);

        public void Ended(string? result, TimeSpan took)
        {
            Interlocked.Decrement(ref _active);
            if (result is null) return;
            owner._reconciles.Add(1, Tag, new("result", result));
            if (result == QueueDecision.Error) owner._errors.Add(1, Tag);
            owner._reconcileTime.Record(took.TotalSeconds, Tag);
        }
    }

    private sealed class QueueMetrics(RuntimeMetrics owner, string name, Func<int> depth, Func<(TimeSpan Total, TimeSpan Longest)> unfinished)
        : IWorkQueueMetrics
    {
        // Both labels: client-go names queues, controller-runtime names controllers, and dashboards use either.
        public KeyValuePair<string, object?> Name { get; } = new("name", name);

        public KeyValuePair<string, object?> Controller { get; } = new("controller", name);

        public Func<int> Depth => depth;

        public Func<(TimeSpan Total, TimeSpan Longest)> Unfinished => unfinished;

        public void Added() => owner._adds.Add(1, Controller, Name);

        public void Retried() => owner._retries.Add(1, Controller, Name);

        public void Got(TimeSpan waited) => owner._queueTime.Record(waited.TotalSeconds, Controller, Name);

        public void Worked(TimeSpan worked) => owner._workTime.Record(worked.TotalSeconds, Controller, Name);
    }
}
