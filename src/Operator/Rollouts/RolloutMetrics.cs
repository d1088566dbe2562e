using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Operator.Api;
using Operator.Runtime.Caching;

namespace Operator.Rollouts;

/// <summary>Metrics of rollouts, on the meter of the operator.</summary>
internal sealed class RolloutMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Operator";

    private static readonly double[] Buckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
    private readonly ConcurrentDictionary<ObjectKey, ClaudeDeploymentStatus> _shown = new();
    private readonly Counter<long> _rollouts;
    private readonly Histogram<double> _decisions;

    public RolloutMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _rollouts = meter.CreateCounter<long>("claudeops_rollouts_total", null, "Rollouts that ended, by outcome");
        _decisions = meter.CreateHistogram(
            "claudeops_rollout_decision_seconds", null, "How long one look at a deployment and its decision took", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
        meter.CreateObservableGauge("claudeops_rollout_weight", Weights, null, "The canary's share of traffic, 0 to 1: desired, acknowledged by every limiter, observed");
        meter.CreateObservableGauge("claudeops_rollout_phase", Phases, null, "1 for the phase in which the deployment is");
        meter.CreateObservableGauge("claudeops_rollout_gate_verdict", Verdicts, null, "1 for the verdict of the gate on the revision under judgement");
        meter.CreateObservableGauge("claudeops_rollout_limiters", Limiters, null, "Limiters of the deployment: total, current with the newest configuration, and those that refused it");
        foreach (var outcome in Enum.GetValues<Outcome>()) _rollouts.Add(0, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
    }

    /// <summary>Shows a status.</summary>
    public void Show(ObjectKey key, ClaudeDeploymentStatus status) => _shown[key] = status;

    /// <summary>Shows a deployment no more.</summary>
    public void Forget(ObjectKey key) => _shown.TryRemove(key, out _);

    /// <summary>Counts rollouts that a decision ended.</summary>
    public void Ended(RolloutState before, RolloutState after)
    {
        foreach (var entry in after.History.TakeWhile(h => before.History.IsEmpty || h != before.History[0]))
        {
            if (before.History.Any(h => h.At == entry.At && h.Revision.Revision == entry.Revision.Revision && h.Outcome == entry.Outcome)) break;
            _rollouts.Add(1, new KeyValuePair<string, object?>("outcome", entry.Outcome.ToString()));
        }
    }

    /// <summary>Counts a decision.</summary>
    public void Decided(TimeSpan took) => _decisions.Record(took.TotalSeconds);

    private IEnumerable<Measurement<double>> Weights()
    {
        foreach (var (key, status) in _shown)
        {
            foreach (var (kind, value) in new[] { ("desired", status.Weight?.Desired), ("acknowledged", status.Weight?.Acknowledged), ("observed", status.Weight?.Observed) })
            {
                if (value is { } share && share.TryGetBasisPoints(out var points)) yield return new(points / 10_000.0, [.. Tags(key), new("kind", kind)]);
            }
        }
    }

    private IEnumerable<Measurement<int>> Phases() =>
        _shown.Where(s => s.Value.Phase is not null).Select(s => new Measurement<int>(1, [.. Tags(s.Key), new("phase", s.Value.Phase.ToString())]));

    private IEnumerable<Measurement<int>> Verdicts() => _shown.SelectMany(s => (s.Value.Gates ?? [])
        .Select(g => new Measurement<int>(1, [.. Tags(s.Key), new("gate", g.Name), new("verdict", g.Verdict.ToString())])));

    private IEnumerable<Measurement<int>> Limiters()
    {
        foreach (var (key, status) in _shown)
        {
            if (status.Limiters is not { } limiters) continue;
            yield return new(limiters.Total, [.. Tags(key), new("state", "total")]);
            yield return new(limiters.Current, [.. Tags(key), new("state", "current")]);
            yield return new(limiters.Refused ?? 0, [.. Tags(key), new("state", "refused")]);
        }
    }

    private static KeyValuePair<string, object?>[] Tags(ObjectKey key) => [new("namespace", key.Namespace), new("name", key.Name)];
}
