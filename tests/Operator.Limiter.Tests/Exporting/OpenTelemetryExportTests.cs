using System.Net;
using System.Net.Sockets;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Telemetry;
using Operator.Limiter.Tests.Hosting;
using Operator.MockClaude;
using Operator.MockClaude.Faults;

namespace Operator.Limiter.Tests.Exporting;

/// <summary>What a collector gets. One class, so that no two limiters with an export run at once: the SDK hears all of a process.</summary>
public class OpenTelemetryExportTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = "b7ad6b7169203331";

    [Theory]
    [InlineData(false, RunningLimiter.Body)]
    [InlineData(false, RunningLimiter.StreamBody)]
    [InlineData(true, RunningLimiter.Body)]
    public async Task A_call_is_one_span_with_its_usage_in_the_callers_trace(bool grpc, string body)
    {
        await using var collector = await Collector.StartAsync(grpc);
        await using var limiter = await StartAsync(collector, null, grpc);
        var (status, text, _) = await limiter.SendAsync(body, ("traceparent", $"00-{Trace}-{Parent}-01"), ("tracestate", "a=b"));
        Assert.True(status == HttpStatusCode.OK, text);
        await limiter.Host.StopAsync();

        var span = Assert.Single(collector.Spans);
        var entry = Assert.Single(limiter.Mock!.Ledger.Entries);
        var attributes = span.Attributes(9);
        Assert.Equal(
            ("chat claude-sonnet-5-5", Trace, Parent, "a=b", 3UL),
            (span.Text(5), Convert.ToHexStringLower(span.Bytes(1)), Convert.ToHexStringLower(span.Bytes(4)), span.Text(3), span.Number(6)));
        Assert.True(span.Number(8) > span.Number(7) && span.Number(7) > 0);
        var expected = new Dictionary<string, string>
        {
            ["gen_ai.provider.name"] = "anthropic",
            ["gen_ai.operation.name"] = "chat",
            ["gen_ai.request.model"] = "claude-sonnet-5-5",
            ["gen_ai.response.model"] = "claude-sonnet-5-5",
            ["gen_ai.usage.input_tokens"] = $"{entry.Usage.Prompt}",
            ["gen_ai.usage.output_tokens"] = $"{entry.Usage.Output}",
            ["gen_ai.response.finish_reasons"] = $"[{entry.StopReason}]",
            ["server.address"] = "127.0.0.1",
            ["server.port"] = $"{limiter.Mock.Address.Port}",
            ["http.response.status_code"] = "200",
            ["claude.deployment"] = "team/triage",
            ["claude.revision"] = Sample.StableId,
            ["claude.variant"] = "stable",
            ["claude.lane"] = "standard",
            ["claude.outcome"] = "Forwarded",
        };
        Assert.Equal(expected, attributes.Where(a => expected.ContainsKey(a.Key)).ToDictionary());
        Assert.DoesNotContain("error.type", attributes.Keys);
        Assert.Equal(("claude-limiter", "pod-1", "blue"), (collector.Resource["service.name"], collector.Resource["k8s.pod.name"], collector.Resource["cell"]));
        Assert.All(collector.Received, r => Assert.Equal("Bearer for-the-collector", r.Authorization));
    }

    [Fact]
    public async Task Neither_content_nor_keys_nor_names_of_people_reach_the_collector()
    {
        var configuration = Sample.Deployment() with { Stable = Sample.Revision(Sample.StableId) with { SystemPrompt = "planted-system-prompt" } };
        await using var collector = await Collector.StartAsync();
        await using var limiter = await StartAsync(collector, configuration);
        foreach (var body in new[] { RunningLimiter.Body, RunningLimiter.StreamBody, "{\"planted-broken" })
        {
            await limiter.SendAsync(
                body.Replace("Hello there.", "planted-question", StringComparison.Ordinal), (RequestHeaders.User, "planted-user"),
                (RequestHeaders.Conversation, "planted-conversation"), ("baggage", "planted=1"), ("x-other", "planted-header"), ("traceparent", "planted-trace"));
        }
        await limiter.Host.StopAsync();
        Assert.Equal(3, collector.Spans.Count());
        Assert.NotEmpty(collector.Metrics);
        foreach (var (path, _, body) in collector.Received)
        {
            var text = Encoding.Latin1.GetString(body);
            foreach (var secret in new[] { "planted", MockClaudeOptions.DefaultKey, "sk-ant", "the-callers-own", "for-the-collector" })
            {
                Assert.False(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{path} holds {secret}");
            }
        }
    }

    [Fact]
    public async Task The_metrics_are_those_of_the_health_port_and_the_standards()
    {
        await using var collector = await Collector.StartAsync();
        await using var limiter = await StartAsync(collector);
        Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(RunningLimiter.Body)).Status);
        await limiter.SettledAsync();
        using var health = new HttpClient { BaseAddress = limiter.Host.HealthAddress };
        var told = (await health.GetStringAsync("/metrics")).Split('\n').Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split('{', ' ')[0]).Select(n => n.EndsWith("_bucket", StringComparison.Ordinal) ? n[..^7] : n)
            .Where(n => !n.EndsWith("_seconds_sum", StringComparison.Ordinal) && !n.EndsWith("_seconds_count", StringComparison.Ordinal)).ToHashSet();
        await limiter.Host.StopAsync();

        var metrics = collector.Metrics.ToLookup(m => m.Text(1));
        // A plain answer has no first token of its own; what is 0 or missing there is so here.
        Assert.Subset(metrics.Select(m => m.Key).ToHashSet(), told);
        var used = Assert.Single(metrics["claude_limiter_revision_output_tokens_total"]).All(7, 1).Single();
        Assert.Equal(limiter.Mock!.Ledger.Entries.Single().Usage.Output, used.Double(4));
        Assert.Equal(new Dictionary<string, string> { ["deployment"] = "team/triage", ["revision"] = Sample.StableId }, used.Attributes(7));
        Assert.Equal(1UL, Assert.Single(metrics["claude_limiter_revision_latency_seconds"]).All(9, 1).Single().Number(4));
        Assert.Equal(1UL, Assert.Single(metrics["gen_ai.client.operation.duration"]).All(9, 1).Single().Number(4));
        Assert.Equal(
            ["input", "output"], Assert.Single(metrics["gen_ai.client.token.usage"]).All(9, 1).Select(p => p.Attributes(9)["gen_ai.token.type"]).Order());
    }

    [Fact]
    public async Task What_went_wrong_is_an_error_and_what_the_caller_does_not_sample_is_no_span()
    {
        await using var collector = await Collector.StartAsync();
        await using var limiter = await StartAsync(collector);
        Assert.Equal(HttpStatusCode.BadRequest, (await limiter.SendAsync(RunningLimiter.Body, (RequestHeaders.Lane, "fast"))).Status);
        limiter.Mock!.Faults.Next(FaultKind.ErrorEvent);
        await limiter.SendAsync(RunningLimiter.StreamBody);
        await limiter.SendAsync(RunningLimiter.Body, ("traceparent", $"00-{Trace}-{Parent}-00"));
        await limiter.Host.StopAsync();
        Assert.Equal(3, limiter.State.Counts.Received);
        Assert.Equal(
            [("chat", "unknown-lane", 2UL), ("chat claude-sonnet-5-5", "overloaded_error", 2UL)],
            collector.Spans.Select(s => (s.Text(5), s.Attributes(9)["error.type"], s.All(15).Single().Number(3))));
    }

    [Fact]
    public async Task The_standard_variables_name_the_service_and_choose_the_signals()
    {
        await using var collector = await Collector.StartAsync();
        await using var limiter = await StartAsync(collector, more: new() { ["OTEL_SERVICE_NAME"] = "checkout", ["OTEL_METRICS_EXPORTER"] = "none" });
        await limiter.SendAsync(RunningLimiter.Body);
        await limiter.Host.StopAsync();
        Assert.Single(collector.Spans);
        Assert.Equal("checkout", collector.Resource["service.name"]);
        Assert.Empty(collector.Metrics);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_collector_that_is_gone_or_never_answers_breaks_and_slows_no_call(bool gone)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        if (gone) silent.Stop();
        var logs = new CapturedLogs();
        var variables = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://user:planted@127.0.0.1:{port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=planted",
            // Exports are under way all the time.
            ["OTEL_BSP_SCHEDULE_DELAY"] = "10",
            ["OTEL_BSP_MAX_QUEUE_SIZE"] = "64",
            ["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "8",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "50",
        };
        await using var limiter = await RunningLimiter.StartAsync(loggers: logs.Factory, variables: variables);
        Assert.NotNull(limiter.State.Export);
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
            Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(RunningLimiter.Body)).Status));
        Assert.Equal(400, (await limiter.SettledAsync()).Total(CallOutcome.Forwarded));
        // A stop waits for the collector two seconds, not the ten of a request or the thirty of a batch.
        await limiter.Host.StopAsync().WaitAsync(TimeSpan.FromSeconds(25));
        if (gone) Assert.Single(logs.Lines, l => l.Contains("did not take telemetry", StringComparison.Ordinal));
        Assert.DoesNotContain(logs.Lines, l => l.Contains("planted", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "not an address")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "pigeon")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "no pair")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "/nowhere/ca.crt")]
    public async Task Broken_variables_break_no_call(string name, string value)
    {
        var variables = new Dictionary<string, string> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://127.0.0.1:9", [name] = value };
        await using var limiter = await RunningLimiter.StartAsync(variables: variables);
        Assert.Equal(HttpStatusCode.OK, (await limiter.SendAsync(RunningLimiter.Body)).Status);
    }

    private static Task<RunningLimiter> StartAsync(
        Collector collector, DeploymentConfiguration? configuration = null, bool grpc = false, Dictionary<string, string>? more = null) =>
        RunningLimiter.StartAsync(configuration, variables: new Dictionary<string, string>(more ?? [])
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = grpc ? "grpc" : "http/protobuf",
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer for-the-collector",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "cell=blue",
        });
}
