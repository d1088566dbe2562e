namespace Operator.Rollouts.Gates;

/// <summary>Why a gate has its verdict.</summary>
public enum GateReason
{
    /// <summary>The interval lies beyond the threshold.</summary>
    HarmShown,

    /// <summary>Enough was seen, and no harm is shown.</summary>
    NoHarmShown,

    /// <summary>The interval lies on the good side of the threshold.</summary>
    NonInferiorityShown,

    /// <summary>The interval still contains the threshold.</summary>
    NotYetProven,

    /// <summary>The warmup of the gate is not over.</summary>
    WarmingUp,

    /// <summary>The canary has seen fewer requests than the gate asks for, or there are no cases.</summary>
    TooFewRequests,

    /// <summary>There is nothing of stable to compare with.</summary>
    NothingToCompare,

    /// <summary>What was observed misses the threshold, but so few cases may do so by chance.</summary>
    BelowThresholdNotProven,

    /// <summary>Counts are negative, contradictory, not finite, or not of the kind that the gate judges.</summary>
    InvalidCounts,

    /// <summary>The gate itself cannot be evaluated.</summary>
    InvalidGate,
}
