using System.Collections.Immutable;
using Operator.Api;
using Operator.Contract;
using Operator.Rollouts.Configuration;
using Operator.Rollouts.Gates;

namespace Operator.Rollouts.Measurements;

/// <summary>Opens, continues and closes the windows of live gates as a rollout goes on. Pure.</summary>
internal static class LiveGateSetBuilder
{
    /// <summary>The set for a state.</summary>
    /// <param name="current">The set so far; null for none.</param>
    /// <param name="spec">The valid spec.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="state">The state.</param>
    /// <param name="resumeFrom">The status whose checkpoints are continued where <paramref name="current"/> is null; null to open all anew.</param>
    /// <param name="configuration">What limiters hold: its caps are those of the counts.</param>
    /// <param name="measured">What is measured.</param>
    /// <param name="listening">How long this process has listened; null while it does not.</param>
    /// <param name="now">The time; whole seconds.</param>
    public static LiveGateSet? Build(
        LiveGateSet? current,
        ClaudeDeploymentSpec spec,
        RolloutPlan plan,
        RolloutState state,
        ClaudeDeploymentStatus? resumeFrom,
        DeploymentConfiguration? configuration,
        DeploymentMeasurements measured,
        TimeSpan? listening,
        DateTimeOffset now)
    {
        if (WindowIdentity.Of(state) is not { } identity) return null;
        if (current?.Identity != identity) current = null;
        var opener = new Opener(identity, current is null ? resumeFrom : null, measured, now);
        var step = (current?.Step ?? opener.Step()).Settle(measured, listening);
        var minRequests = state.Step >= 0 && state.Step < plan.Steps.Length ? plan.Steps[state.Step].MinRequests : 0;
        var gates = ImmutableArray.CreateBuilder<WindowedGate>();
        foreach (var live in spec.Gates?.Live ?? [])
        {
            var gate = GateFactory.Live(live, minRequests);
            var name = gate.Metric.Name;
            var known = current?.Gates.FirstOrDefault(g => g.Name == name);
            var window = known?.Window ?? opener.Gate(name, t => GateMeasurement.Project(live.Metric, t), now >= step.StartedAt + gate.Warmup);
            gates.Add(new WindowedGate(name, live.Metric, gate, known?.Cap ?? Cap(live.Metric, configuration), window?.Settle(measured, listening)));
        }
        return new LiveGateSet
        {
            Identity = identity,
            Step = step,
            Gates = gates.ToImmutable(),
            Budget = new GateErrorBudget(GateErrorBudget.Whole.Alpha, Math.Max(1, gates.Count), Math.Max(1, plan.Steps.Count(s => s.Weight is not null))),
            MinRequests = minRequests,
        };
    }

    private static double Cap(LiveMetric metric, DeploymentConfiguration? configuration) => metric switch
    {
        LiveMetric.CostPerRequest => (configuration?.Measurement ?? new MeasurementConfiguration()).CostCap / 1e9,
        LiveMetric.OutputTokensPerRequest when configuration is { Canary.MaxTokens: { } canary, Stable.MaxTokens: { } stable } => Math.Max(canary, stable),
        LiveMetric.OutputTokensPerRequest => MeasurementBounds.OutputCap,
        _ => 1,
    };

    private sealed class Opener(WindowIdentity identity, ClaudeDeploymentStatus? resumeFrom, DeploymentMeasurements measured, DateTimeOffset now)
    {
        public GateWindow Step() => Read(resumeFrom?.Step?.Counts) is { } checkpoint
            ? GateWindow.Resume(GateMeasurement.Requests, identity.Canary, identity.Stable, checkpoint)
            : GateWindow.Open(GateMeasurement.Requests, identity.Canary, identity.Stable, measured, now);

        public GateWindow? Gate(string name, Func<MeasurementTotals, CountVector> project, bool mayOpen)
        {
            var kept = resumeFrom?.Gates?.FirstOrDefault(g => g.Name == name && g.Revision == identity.Canary);
            if (Read(kept?.Counts) is { } checkpoint) return GateWindow.Resume(project, identity.Canary, identity.Stable, checkpoint);
            return mayOpen ? GateWindow.Open(project, identity.Canary, identity.Stable, measured, now) : null;
        }

        private WindowCheckpoint? Read(IDictionary<string, long>? counts) =>
            WindowCheckpoint.Read(counts, resumeFrom?.Step?.CountedLimiters, identity.Weight, identity.Attempt);
    }
}
