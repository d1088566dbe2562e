using System.Collections.Immutable;
using Operator.Api;
using Operator.Rollouts.Gates;

namespace Operator.Rollouts.Measurements;

/// <summary>Which traffic a set of live gates looks at: another canary, attempt, weight or stable opens new windows.</summary>
internal sealed record WindowIdentity(string Canary, string? Stable, int Attempt, int Weight)
{
    /// <summary>The traffic of a state; null when its canary has none that is judged.</summary>
    public static WindowIdentity? Of(RolloutState state) =>
        state is { Canary: { } canary, Weight: > 0, IsPromoting: false }
            ? new WindowIdentity(canary.Revision, state.Stable?.Revision, state.Attempt, state.Weight)
            : null;
}

/// <summary>A live gate with its window.</summary>
/// <param name="Name">The gate's name.</param>
/// <param name="Metric">What it measures.</param>
/// <param name="Gate">The gate.</param>
/// <param name="Cap">The value that means are clipped at, in the metric's unit.</param>
/// <param name="Window">Its counts; null while its warmup lasts.</param>
internal sealed record WindowedGate(string Name, LiveMetric Metric, LiveGate Gate, double Cap, GateWindow? Window);

/// <summary>The live gates of one canary at one weight. Immutable.</summary>
internal sealed record LiveGateSet
{
    /// <summary>The traffic.</summary>
    public required WindowIdentity Identity { get; init; }

    /// <summary>Requests since the weight was decided.</summary>
    public required GateWindow Step { get; init; }

    /// <summary>The gates.</summary>
    public ImmutableArray<WindowedGate> Gates { get; init; } = [];

    /// <summary>How the error probability is shared.</summary>
    public required GateErrorBudget Budget { get; init; }

    /// <summary>Requests that the step asks for.</summary>
    public long MinRequests { get; init; }

    /// <summary>The canary's requests since the weight was decided.</summary>
    public long Requests(DeploymentMeasurements measured) => Step.Read(measured).Canary["requests"];

    /// <summary>Whether a gate's warmup is over and its window not open yet.</summary>
    public bool AwaitsWindow(DateTimeOffset now) => Gates.Any(g => g.Window is null && now >= Step.StartedAt + g.Gate.Warmup);

    /// <summary>What every gate says now.</summary>
    /// <param name="measured">What is measured.</param>
    /// <param name="now">The time.</param>
    /// <param name="withInterval">Whether to work out intervals, which takes most of the time.</param>
    public ImmutableDictionary<string, GateEvaluation> Judge(DeploymentMeasurements measured, DateTimeOffset now, bool withInterval)
    {
        var verdicts = ImmutableDictionary.CreateBuilder<string, GateEvaluation>(StringComparer.Ordinal);
        foreach (var gate in Gates)
        {
            if (gate.Window is not { } window)
            {
                verdicts[gate.Name] = GateEvaluation.Without(
                    Verdict.Continue, GateReason.WarmingUp, $"{gate.Name}: its warmup of {GoDuration.From(gate.Gate.Warmup)} is not over", 0, gate.Gate.Limit);
                continue;
            }
            var (canary, stable) = window.Read(measured);
            var elapsed = gate.Gate.Warmup + (now > window.StartedAt ? now - window.StartedAt : TimeSpan.Zero);
            var observation = new GateObservation(
                elapsed, Identity.Weight / 10_000.0, GateMeasurement.Measured(gate.Metric, canary, stable, gate.Cap));
            verdicts[gate.Name] = withInterval
                ? LiveGateEvaluator.Evaluate(gate.Gate, observation, Budget)
                : LiveGateEvaluator.Judge(gate.Gate, observation, Budget);
        }
        return verdicts.ToImmutable();
    }
}
