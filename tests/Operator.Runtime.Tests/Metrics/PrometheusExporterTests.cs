using System.Diagnostics.Metrics;
using System.Net;
using Operator.Runtime.Metrics;
using Operator.Runtime.Queueing;

namespace Operator.Runtime.Tests.Metrics;

public class PrometheusExporterTests
{
    private static int _meters;
    private readonly string _name = $"test-{Interlocked.Increment(ref _meters)}";

    [Fact]
    public void Counters_gauges_and_histograms_are_written_as_text()
    {
        using var exporter = new PrometheusExporter(_name);
        using var meter = new Meter(_name);
        var requests = meter.CreateCounter<long>("requests_total", null, "Requests so far");
        requests.Add(2, new KeyValuePair<string, object?>("code", "200"));
        requests.Add(3, new KeyValuePair<string, object?>("code", "200"));
        requests.Add(1, new KeyValuePair<string, object?>("code", "500"));
        var depth = 7;
        meter.CreateObservableGauge("depth", () => depth);
        var seconds = meter.CreateHistogram("seconds", null, null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 3 }) seconds.Record(value, new KeyValuePair<string, object?>("who", "a"));
        Assert.Equal(
            """
            # TYPE depth gauge
            depth 7
            # HELP requests_total Requests so far
            # TYPE requests_total counter
            requests_total{code="200"} 5
            requests_total{code="500"} 1
            # TYPE seconds histogram
            seconds_bucket{who="a",le="0.1"} 2
            seconds_bucket{who="a",le="1"} 3
            seconds_bucket{who="a",le="+Inf"} 4
            seconds_sum{who="a"} 3.65
            seconds_count{who="a"} 4

            """.ReplaceLineEndings("\n"),
            exporter.Write());
        depth = 8;
        Assert.Contains("depth 8\n", exporter.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        using var exporter = new PrometheusExporter(_name);
        using var meter = new Meter(_name);
        meter.CreateCounter<long>("c_total").Add(1, new KeyValuePair<string, object?>("v", "a\"b\\c\nd"));
        Assert.Contains("""c_total{v="a\"b\\c\nd"} 1""", exporter.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_series_that_is_no_longer_observed_disappears()
    {
        using var exporter = new PrometheusExporter(_name);
        using var meter = new Meter(_name);
        var values = new List<Measurement<int>> { new(1, new KeyValuePair<string, object?>("k", "a")) };
        meter.CreateObservableGauge("g", () => values.ToArray());
        Assert.Contains("g{k=\"a\"} 1", exporter.Write(), StringComparison.Ordinal);
        values.Clear();
        Assert.DoesNotContain("g{", exporter.Write(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_runtime_measures_under_controller_runtimes_names()
    {
        using var exporter = new PrometheusExporter();
        using var metrics = new RuntimeMetrics();
        var controller = metrics.ForController("names", 3);
        WorkQueue<string>? queue = null;
        queue = new WorkQueue<string>(null, metrics.ForQueue("names", () => queue!.Depth, () => queue!.Unfinished()));
        queue.Add("a");
        controller.Started();
        controller.Ended("error", TimeSpan.FromSeconds(0.2));
        controller.Started();
        metrics.Request("200", "GET", "api:6443");
        var text = exporter.Write();
        foreach (var line in new[]
        {
            """controller_runtime_reconcile_total{controller="names",result="error"} 1""",
            """controller_runtime_reconcile_total{controller="names",result="success"} 0""",
            """controller_runtime_reconcile_errors_total{controller="names"} 1""",
            """controller_runtime_reconcile_time_seconds_bucket{controller="names",le="0.2"} 1""",
            """controller_runtime_active_workers{controller="names"} 1""",
            """controller_runtime_max_concurrent_reconciles{controller="names"} 3""",
            """workqueue_depth{controller="names",name="names"} 1""",
            """workqueue_adds_total{controller="names",name="names"} 1""",
            """workqueue_unfinished_work_seconds{controller="names",name="names"} 0""",
            """workqueue_longest_running_processor_seconds{controller="names",name="names"} 0""",
            """rest_client_requests_total{code="200",method="GET",host="api:6443"} 1""",
        })
        {
            Assert.Contains(line + "\n", text, StringComparison.Ordinal);
        }
        queue.Dispose();
    }

    [Fact]
    public async Task Requests_are_counted_by_code_method_and_host()
    {
        using var exporter = new PrometheusExporter();
        using var metrics = new RuntimeMetrics();
        var answer = new Func<HttpResponseMessage>(() => new HttpResponseMessage(HttpStatusCode.Conflict));
        using var client = new HttpClient(new RestClientMetricsHandler(metrics, new Answering(() => answer())));
        using (await client.PutAsync(new Uri("https://counted:1/x"), null))
        {
        }
        answer = () => throw new HttpRequestException("refused");
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri("https://counted:1/x")));
        var text = exporter.Write();
        Assert.Contains("""rest_client_requests_total{code="409",method="PUT",host="counted:1"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""rest_client_requests_total{code="<error>",method="GET",host="counted:1"} 1""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Instruments_may_come_and_go_while_it_writes()
    {
        using var exporter = new PrometheusExporter(_name);
        using var ends = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var comers = Task.Run(
            () =>
            {
                while (!ends.IsCancellationRequested)
                {
                    using var meter = new Meter(_name);
                    for (var i = 0; i < 20; i++) meter.CreateObservableGauge($"gauge_{i}", () => 1);
                }
            },
            TestContext.Current.CancellationToken);
        while (!ends.IsCancellationRequested) exporter.Write();
        await comers;
        using var last = new Meter(_name);
        last.CreateObservableGauge("last", () => 3);
        Assert.Contains("last 3\n", exporter.Write(), StringComparison.Ordinal);
    }

    private sealed class Answering(Func<HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer());
    }
}
