namespace Operator.Conformance.Verdicts;

/// <summary>A case that a target answers differently from the record, on purpose.</summary>
public sealed record KnownDifference(string Target, string Suite, int Number, string Reason);

/// <summary>
/// Everything that differs on purpose, and why. A case that stands here and yet answers as recorded fails, so that the list stays true.
/// </summary>
public static class KnownDifferences
{
    private const string Cel = "CEL rules (x-kubernetes-validations) are not evaluated by the local cluster";

    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        new("local", "kubectl", 57, Cel),
    ];

    public static KnownDifference? Find(string target, string suite, int number) =>
        All.FirstOrDefault(d => d.Target == target && d.Suite == suite && d.Number == number);
}
