namespace Operator.Conformance.Verdicts;

/// <summary>How one case ended on one target.</summary>
public enum Verdict
{
    Passed,
    Failed,

    /// <summary>The target differs on purpose (<see cref="KnownDifferences"/>).</summary>
    Differs,

    /// <summary>Something that the case needs is absent; the reason says what.</summary>
    NotRun,
}
