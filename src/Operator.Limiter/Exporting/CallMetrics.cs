using System.Diagnostics;
using System.Diagnostics.Metrics;
using Operator.Limiter.Hosting;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Exporting;

/// <summary>What <c>/metrics</c> tells, under the same names, and the metrics that OpenTelemetry defines for calls of generative models.</summary>
internal sealed class CallMetrics : IDisposable
{
    private readonly LimiterState _state;
    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _tokens;
    private readonly Histogram<double> _latency;
    private readonly Histogram<double> _first;

    /// <summary>Makes the instruments.</summary>
    public CallMetrics(LimiterState state, string? version)
    {
        _state = state;
        _meter = new Meter(OpenTelemetryExport.Scope, version);
        foreach (var family in LimiterMetrics.All(state.Options.Operator is not null))
        {
            if (family.Kind == MetricKind.Counter) _meter.CreateObservableCounter(family.Name, () => Read(family), description: family.Help);
            else _meter.CreateObservableGauge(family.Name, () => Read(family), description: family.Help);
        }
        var bounds = LatencyBounds.Seconds();
        _latency = Histogram<double>("claude_limiter_revision_latency_seconds", null, "Time to the end of the answer.", bounds);
        _first = Histogram<double>("claude_limiter_revision_first_token_seconds", null, "Time to the first token.", bounds);
        _duration = Histogram<double>("gen_ai.client.operation.duration", "s", "Time of calls.", [.. Enumerable.Range(0, 14).Select(i => 0.01 * (1 << i))]);
        _tokens = Histogram<long>("gen_ai.client.token.usage", "{token}", "Tokens of calls.", [.. Enumerable.Range(0, 14).Select(i => 1L << (2 * i))]);
        state.Meters.Measured = Measure;
    }

    /// <summary>Counts a call that ended.</summary>
    public void Add(CallRecord call)
    {
        var tags = new TagList
        {
            { "gen_ai.provider.name", "anthropic" },
            { "gen_ai.operation.name", CallSpans.Operation(call.Kind) },
            { "server.address", _state.Options.Upstream.Host },
            { "server.port", _state.Options.Upstream.Port },
        };
        if (call.Model is { } model) tags.Add("gen_ai.request.model", model);
        if (call.Deployment is { } deployment) tags.Add("claude.deployment", deployment);
        if (call is { Kind: "messages", Facts.InputKnown: true })
        {
            var usage = call.Facts.Usage;
            _tokens.Record(usage.Prompt, [.. tags, new("gen_ai.token.type", "input")]);
            _tokens.Record(usage.Output, [.. tags, new("gen_ai.token.type", "output")]);
        }
        if (CallSpans.ErrorOf(call) is { } error) tags.Add("error.type", error);
        _duration.Record(call.Latency.TotalSeconds, tags);
    }

    /// <summary>Ends the instruments.</summary>
    public void Dispose()
    {
        _state.Meters.Measured = null;
        _meter.Dispose();
    }

    private void Measure(string deployment, string revision, CallRecord call)
    {
        var tags = new TagList { { "deployment", deployment }, { "revision", revision } };
        _latency.Record(call.Latency.TotalSeconds, tags);
        if (call.FirstToken is { } first) _first.Record(first.TotalSeconds, tags);
    }

    private IEnumerable<Measurement<double>> Read(MetricFamily family) =>
        family.Read(new MetricScrape(_state)).Select(v => new Measurement<double>(v.Value, v.Labels.Select(l => new KeyValuePair<string, object?>(l.Name, l.Value))));

    private Histogram<T> Histogram<T>(string name, string? unit, string help, IReadOnlyList<T> bounds) where T : struct =>
        _meter.CreateHistogram(name, unit, help, tags: null, new InstrumentAdvice<T> { HistogramBucketBoundaries = bounds });
}
