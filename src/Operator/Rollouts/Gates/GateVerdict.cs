namespace Operator.Rollouts.Gates;

/// <summary>What a gate says about a revision. Only <see cref="Fail"/> rolls back.</summary>
public enum GateVerdict
{
    /// <summary>The proof that the gate asks for is there.</summary>
    Pass,

    /// <summary>Harm is shown.</summary>
    Fail,

    /// <summary>Data arrive; the proof is not there yet.</summary>
    Continue,

    /// <summary>There are too few data to say anything. No traffic is not a failure.</summary>
    InsufficientData,

    /// <summary>The measurement is nonsense or does not fit the gate.</summary>
    EvaluatorError,
}

/// <summary>What must be shown before a gate passes.</summary>
public enum GateProof
{
    /// <summary>Enough requests were seen and harm is not shown.</summary>
    NoHarm,

    /// <summary>The interval clears the threshold: harm is shown to be absent.</summary>
    NonInferior,
}

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
