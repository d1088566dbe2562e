using Operator.Api;

namespace Operator.Rollouts.Gates;

/// <summary>What a live gate compares with.</summary>
public enum LiveLimitKind
{
    /// <summary>The metric must not exceed a fixed bound.</summary>
    Max,

    /// <summary>The metric must reach a fixed bound.</summary>
    Min,

    /// <summary>The canary must not exceed stable by more than this: a difference of shares for rates, a relative increase for means and quantiles.</summary>
    MaxIncrease,
}

/// <summary>A gate on traffic.</summary>
/// <param name="Metric">What is judged.</param>
/// <param name="LimitKind">What it is compared with.</param>
/// <param name="Limit">The bound in the metric's unit, or the tolerated increase (0.01 is one percentage point of a rate, 0.2 is 20 % of a mean).</param>
public sealed record LiveGate(LiveMetricDefinition Metric, LiveLimitKind LimitKind, double Limit)
{
    /// <summary>What must be shown before the gate passes.</summary>
    public Proof Proof { get; init; } = Proof.NoHarm;

    /// <summary>Requests of the canary before the gate can pass; at least 1.</summary>
    public long MinRequests { get; init; } = 100;

    /// <summary>
    /// Time from the start of the step during which nothing is judged (cold caches). The counts that are judged later must start
    /// when it ends, or the cold requests stay in them.
    /// </summary>
    public TimeSpan Warmup { get; init; }

    /// <summary>Why the gate cannot be evaluated, with the field to change; null when it can.</summary>
    public string? Problem()
    {
        if (!double.IsFinite(Limit) || Limit < 0)
        {
            return $"{Metric.Name}: the limit must be a number that is not negative; it is {Limit}";
        }
        if (MinRequests < 1)
        {
            return $"{Metric.Name}: minRequests must be at least 1; it is {MinRequests}";
        }
        var share = Metric.Unit == LiveMetricUnit.Share && LimitKind != LiveLimitKind.MaxIncrease;
        if ((share || Metric.Kind == LiveMetricKind.Rate) && Limit > 1)
        {
            return $"{Metric.Name}: the limit of a share must not exceed 100 %; it is {Limit:P0}";
        }
        return (Metric.HigherIsBetter, LimitKind) switch
        {
            (true, not LiveLimitKind.Min) => $"{Metric.Name} is better when it is higher: give min",
            (false, LiveLimitKind.Min) => $"{Metric.Name} is better when it is lower: give max or maxIncrease",
            _ => null,
        };
    }
}
