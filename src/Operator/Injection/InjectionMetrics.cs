using System.Diagnostics.Metrics;

namespace Operator.Injection;

/// <summary>Counts what became of pods.</summary>
internal sealed class InjectionMetrics(IMeterFactory meters)
{
    // The meter of the runtime, which is what /metrics shows.
    private readonly Counter<long> _pods = meters.Create(Runtime.Metrics.RuntimeMetrics.MeterName).CreateCounter<long>(
        "claude_operator_injections_total", null, "Pods that asked for a limiter, by outcome and reason.");

    /// <summary>Counts one pod; those that ask for nothing are not counted.</summary>
    public void Decided(InjectionResult result)
    {
        if (result.Outcome == InjectionOutcome.NotRequested) return;
        _pods.Add(
            1, new("outcome", result.Outcome == InjectionOutcome.Injected ? "injected" : "refused"), new("reason", result.Reason ?? ""));
    }
}
