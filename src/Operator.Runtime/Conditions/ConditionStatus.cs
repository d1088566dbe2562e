namespace Operator.Runtime.Conditions;

/// <summary>The values of a condition's status.</summary>
public static class ConditionStatus
{
    /// <summary>It is so.</summary>
    public const string True = "True";

    /// <summary>It is not so.</summary>
    public const string False = "False";

    /// <summary>It is not known, or not yet.</summary>
    public const string Unknown = "Unknown";
}
