namespace Operator.Api;

/// <summary>Types of conditions. <see cref="Ready"/>, <see cref="Reconciling"/> and <see cref="Stalled"/> follow the kstatus rules.</summary>
public static class ConditionTypes
{
    /// <summary>The declared state is reached.</summary>
    public const string Ready = "Ready";

    /// <summary>Some revision serves.</summary>
    public const string Available = "Available";

    /// <summary>The operator works towards the declared state.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>The operator cannot come nearer to the declared state without a person; present only while true.</summary>
    public const string Stalled = "Stalled";

    /// <summary>The spec is valid.</summary>
    public const string Accepted = "Accepted";

    /// <summary>Exactly one ConfigMap holds the prompt version.</summary>
    public const string PromptResolved = "PromptResolved";

    /// <summary>The quota exists, is accepted and permits this namespace.</summary>
    public const string QuotaBound = "QuotaBound";

    /// <summary>Every gate passed on the declared revision.</summary>
    public const string GatesPassed = "GatesPassed";

    /// <summary>The model is in the catalogue, is not retired and does not retire within 60 days.</summary>
    public const string ModelSupported = "ModelSupported";

    /// <summary>The quota holds requests back.</summary>
    public const string Throttled = "Throttled";

    /// <summary>The declared limits are those that the API confirms.</summary>
    public const string LimitsConfirmed = "LimitsConfirmed";

    /// <summary>The guarantees of the children add up to more than this quota has.</summary>
    public const string Overcommitted = "Overcommitted";
}
