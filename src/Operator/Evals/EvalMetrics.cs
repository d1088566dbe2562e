using System.Diagnostics.Metrics;
using Operator.Api;
using Operator.Rollouts;

namespace Operator.Evals;

/// <summary>Metrics of eval runs, on the meter of the operator.</summary>
internal sealed class EvalMetrics
{
    private static readonly double[] Buckets = [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200];
    private readonly Counter<long> _runs;
    private readonly Histogram<double> _durations;
    private readonly Counter<double> _cost;

    public EvalMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(RolloutMetrics.MeterName);
        _runs = meter.CreateCounter<long>("claudeops_eval_runs_total", null, "Eval runs that ended, by verdict; Cancelled for those that nobody needed any more");
        _durations = meter.CreateHistogram(
            "claudeops_eval_run_duration_seconds", null, "From the start of an eval run to its verdict", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
        _cost = meter.CreateCounter<double>("claudeops_eval_cost_dollars_total", null, "What eval runs cost at the prices of the catalogue, in US dollars");
        foreach (var verdict in Enum.GetValues<Verdict>()) _runs.Add(0, Of(verdict.ToString()));
        _runs.Add(0, Of("Cancelled"));
        _cost.Add(0);
    }

    /// <summary>Counts a run that ended.</summary>
    /// <param name="status">Its last status.</param>
    public void Ended(ClaudeEvalRunStatus status)
    {
        var verdict = Of(status.Phase == EvalPhase.Cancelled ? "Cancelled" : status.Verdict?.ToString() ?? "Unknown");
        _runs.Add(1, verdict);
        if (status is { StartedAt: { } started, CompletedAt: { } completed } && completed >= started) _durations.Record((completed - started).TotalSeconds, verdict);
        if (status.Cost is { } cost && cost.TryGetAmount(out var amount) && amount > 0) _cost.Add((double)amount);
    }

    private static KeyValuePair<string, object?> Of(string verdict) => new("verdict", verdict);
}
