using Operator.Api;

namespace Operator.Rollouts.Gates;

/// <summary>What one gate says at one look. A pure function of the gate and of cumulative counts.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Why.</param>
/// <param name="Message">The same for a reader, with numbers.</param>
/// <param name="Estimate">Observed value in the unit of <paramref name="Threshold"/>; null when nothing could be measured.</param>
/// <param name="Interval">Interval for the true value; null when nothing could be measured or it was not asked for.</param>
/// <param name="SampleCount">Requests of the canary, or cases, that were judged.</param>
/// <param name="Threshold">The limit: a value of the metric, a difference in shares, a relative increase, or for quantiles a share of slow requests.</param>
public sealed record GateEvaluation(
    Verdict Verdict,
    GateReason Reason,
    string Message,
    double? Estimate,
    GateInterval? Interval,
    long SampleCount,
    double Threshold)
{
    internal static GateEvaluation Without(Verdict verdict, GateReason reason, string message, long sampleCount, double threshold) =>
        new(verdict, reason, message, null, null, sampleCount, threshold);
}
