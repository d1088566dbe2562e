using System.Collections.Immutable;
using System.Globalization;
using Operator.Api;
using Operator.Evals;
using Operator.Rollouts.Gates;
using Operator.Rollouts.Measurements;

namespace Operator.Rollouts.Status;

/// <summary>Shows every gate with what it measured.</summary>
internal static class GateStatuses
{
    /// <summary>The gates as the status shows them.</summary>
    /// <param name="view">What was seen.</param>
    /// <param name="state">The record as it will be.</param>
    /// <param name="evaluations">What live gates say, with intervals.</param>
    /// <param name="live">The live gates as they will be; null when the canary has no traffic.</param>
    /// <param name="mark">The last rollback, as the limiter ConfigMap remembers it; null for none.</param>
    public static IList<GateStatus>? Of(
        RolloutView view, RolloutState state, ImmutableDictionary<string, GateEvaluation> evaluations, LiveGateSet? live, RollbackMark? mark)
    {
        var before = view.Deployment.Status.Gates ?? [];
        var judged = state.Canary ?? view.State.Canary;
        // Between rollouts the last verdicts stay, for people to read; their counts are of no use any more.
        if (judged is null) return before.Count == 0 ? null : [.. before.Select(Keep)];

        var attempt = state.Canary is null ? view.State.Attempt : state.Attempt;
        var offline = EvalVerdicts.Of(view.EvalRuns, view.Deployment, judged.Revision, attempt, view.Spec.Gates?.Evals ?? []);
        var gates = new List<GateStatus>();
        foreach (var gate in view.Plan.Gates)
        {
            // A status of an earlier attempt says nothing about this one.
            var known = before.FirstOrDefault(g => g.Name == gate.Name && g.Revision == judged.Revision && view.State.Attempt == attempt);
            var status = gate.Live ? Live(gate.Name, known, evaluations, live, view.Measured, state) : Offline(gate.Name, view, judged.Revision, attempt, offline);
            // A crash after the rollback and before its record loses the verdict; the mark of the rollback names the gate.
            if (mark is { Gate: not null } && mark.Gate == gate.Name && mark.Revision == judged.Revision && mark.Attempt == attempt && status.Verdict != Verdict.Fail)
            {
                status.Verdict = Verdict.Fail;
                status.Message = mark.Message;
            }
            status.Revision = judged.Revision;
            status.Since = known is not null && known.Verdict == status.Verdict ? known.Since : view.Now;
            gates.Add(status);
        }
        return gates.Count == 0 ? null : gates;
    }

    /// <summary>The summary for the table: passed of all.</summary>
    public static string? Summary(IList<GateStatus>? gates) => gates is null ? null : $"{gates.Count(g => g.Verdict == Verdict.Pass)}/{gates.Count}";

    private static GateStatus Keep(GateStatus gate) => new()
    {
        Name = gate.Name,
        Verdict = gate.Verdict.KnownOr(Verdict.Continue),
        Estimate = gate.Estimate,
        Interval = gate.Interval,
        Samples = gate.Samples,
        Threshold = gate.Threshold,
        Message = gate.Message,
        Revision = gate.Revision,
        Since = gate.Since,
    };

    private static GateStatus Offline(
        string name, RolloutView view, string revision, int attempt, ImmutableDictionary<string, GateVerdict> verdicts)
    {
        var spec = view.Spec.Gates?.Evals?.FirstOrDefault(g => g.Name == name);
        var run = view.EvalRuns.FirstOrDefault(r => r.Metadata.Name == EvalRunName.Of(view.Key.Name, name, revision, attempt));
        var verdict = verdicts.GetValueOrDefault(name);
        return new GateStatus
        {
            Name = name,
            Verdict = verdict?.Verdict ?? Verdict.Continue,
            Message = verdict?.Message ?? "no result yet",
            Estimate = verdict is null ? null : run?.Status.PassRate?.Text,
            Interval = verdict is null ? null : run?.Status.Interval,
            Samples = verdict is null ? null : run?.Status.Total,
            Threshold = spec?.PassRate?.Text ?? "100%",
        };
    }

    private static GateStatus Live(
        string name, GateStatus? known, ImmutableDictionary<string, GateEvaluation> evaluations, LiveGateSet? live, DeploymentMeasurements measured, RolloutState state)
    {
        var gate = live?.Gates.FirstOrDefault(g => g.Name == name);
        var counts = gate?.Window?.Checkpoint(measured).Write(state.Weight, state.Attempt);
        if (!evaluations.TryGetValue(name, out var evaluation))
        {
            // Promoting: the last verdict stands. Before the first step: none.
            var shown = known is not null && live is null ? Keep(known) : new GateStatus { Name = name, Message = "waits for traffic" };
            shown.Counts = counts;
            return shown;
        }
        var show = Unit(gate);
        return new GateStatus
        {
            Name = name,
            Verdict = evaluation.Verdict,
            Message = evaluation.Message,
            Estimate = evaluation.Estimate is { } estimate ? show(estimate) : null,
            Interval = evaluation.Interval is { } interval ? $"[{show(interval.Lower)}, {show(interval.Upper)}]" : null,
            Samples = evaluation.SampleCount,
            Threshold = show(evaluation.Threshold),
            Counts = counts,
        };
    }

    private static Func<double, string> Unit(WindowedGate? gate) => gate?.Gate switch
    {
        null => Number,
        { LimitKind: LiveLimitKind.MaxIncrease } or { Metric.Kind: LiveMetricKind.Quantile } or { Metric.Unit: LiveMetricUnit.Share } => Share,
        _ => Number,
    };

    private static string Share(double value) =>
        double.IsFinite(value) ? (value * 100).ToString("0.##", CultureInfo.InvariantCulture) + "%" : value > 0 ? "inf" : "-inf";

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("0.######", CultureInfo.InvariantCulture) : value > 0 ? "inf" : "-inf";
}
