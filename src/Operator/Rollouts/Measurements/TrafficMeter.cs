using System.Collections.Immutable;
using System.Globalization;
using Operator.Api;

namespace Operator.Rollouts.Measurements;

/// <summary>Remembers what was counted some minutes ago, to tell the traffic since. In memory. Not thread-safe.</summary>
internal sealed class TrafficMeter
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(55);
    private readonly Queue<(DateTimeOffset At, ImmutableDictionary<string, MeasurementTotals> Heard)> _samples = new();

    /// <summary>Takes a sample, at most once a minute.</summary>
    public void Sample(DeploymentMeasurements measured, DateTimeOffset now)
    {
        if (_samples.Count > 0 && now - _samples.Last().At < Pace) return;
        _samples.Enqueue((now, measured.Heard));
        while (_samples.Count > 1 && now - _samples.Peek().At > Span) _samples.Dequeue();
    }

    /// <summary>The traffic of the variants since the oldest sample; empty when there was none.</summary>
    public IList<TrafficStatus>? Traffic(DeploymentMeasurements measured, string? stable, string? canary, DateTimeOffset now)
    {
        List<TrafficStatus> traffic =
        [
            .. new[] { ("stable", stable), ("canary", canary) }
                .Select(v => Since(measured, v.Item1, v.Item2, now))
                .OfType<TrafficStatus>(),
        ];
        return traffic.Count == 0 ? null : traffic;
    }

    /// <summary>The measured share of the canary's requests since the oldest sample, in hundredths of a percent; null without requests.</summary>
    public int? Share(DeploymentMeasurements measured, string? stable, string? canary)
    {
        if (canary is null || _samples.Count == 0) return null;
        var (ofCanary, ofStable) = (Delta(measured, canary).Requests, stable is null ? 0 : Delta(measured, stable).Requests);
        return ofCanary + ofStable == 0 ? null : (int)Math.Round(10_000.0 * ofCanary / (ofCanary + ofStable));
    }

    private MeasurementTotals Delta(DeploymentMeasurements measured, string revision) =>
        measured.Of(revision).Minus(_samples.Peek().Heard.GetValueOrDefault(revision, MeasurementTotals.Zero));

    private TrafficStatus? Since(DeploymentMeasurements measured, string variant, string? revision, DateTimeOffset now)
    {
        if (revision is null || _samples.Count == 0) return null;
        var minutes = (now - _samples.Peek().At).TotalMinutes;
        var delta = Delta(measured, revision);
        if (minutes < 0.5 || delta.Requests + delta.Throttled == 0) return null;
        var inputs = delta.InputTokens + delta.CacheWriteTokens + delta.CacheReadTokens;
        return new TrafficStatus
        {
            Variant = variant,
            Revision = revision,
            RequestsPerMinute = (delta.Requests / minutes).ToString("0.#", CultureInfo.InvariantCulture),
            ErrorRate = Share(delta.Errors, delta.Requests),
            LatencyP50 = Quantile(delta.Latency, 0.5),
            LatencyP95 = Quantile(delta.Latency, 0.95),
            TimeToFirstTokenP95 = Quantile(delta.FirstToken, 0.95),
            InputTokensPerMinute = (long)Math.Round((delta.InputTokens + delta.CacheWriteTokens) / minutes),
            OutputTokensPerMinute = (long)Math.Round(delta.OutputTokens / minutes),
            CacheHitRatio = Share(delta.CacheReadTokens, inputs),
            CostPerRequest = delta.Requests == 0 ? null : Money.FromAmount(Math.Round(delta.Cost / 1_000_000_000m / delta.Requests, 6)),
        };
    }

    private static Percent? Share(long part, long whole) =>
        whole == 0 ? null : Percent.FromBasisPoints((int)Math.Clamp(Math.Round(10_000.0 * part / whole), 0, 10_000));

    private static GoDuration? Quantile(Contract.LatencyHistogram histogram, double quantile)
    {
        if (histogram.Total == 0) return null;
        var value = histogram.Quantile(quantile);
        return value == TimeSpan.MaxValue ? null : GoDuration.From(value);
    }
}
