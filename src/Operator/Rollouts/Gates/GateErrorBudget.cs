namespace Operator.Rollouts.Gates;

/// <summary>How the tolerated chance of rolling back an equal canary is shared.</summary>
/// <remarks>
/// α is for the whole rollout of one revision: it is divided evenly over the live gates and over the windows (steps with traffic) in
/// which each is tested afresh (Bonferroni). Looking again within a window costs nothing. A single gate that is judged on one window
/// gets all of it. A bound that stable itself misses is shown for an equal canary, too: that is the gate's purpose, not a false alarm.
/// </remarks>
/// <param name="Alpha">Tolerated probability, 0 to 1 exclusive.</param>
/// <param name="LiveGates">Live gates of the deployment; at least 1.</param>
/// <param name="Windows">Windows that start from zero counts during the rollout; at least 1.</param>
public readonly record struct GateErrorBudget(double Alpha, int LiveGates, int Windows)
{
    /// <summary>The whole α of 1 % for one gate and one window.</summary>
    public static GateErrorBudget Whole { get; } = new(0.01, 1, 1);

    /// <summary>The error probability of one gate in one window.</summary>
    public double PerTest => Alpha / Math.Max(1, LiveGates) / Math.Max(1, Windows);
}
