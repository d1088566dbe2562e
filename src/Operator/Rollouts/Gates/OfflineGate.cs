using Operator.Api;

namespace Operator.Rollouts.Gates;

/// <summary>A gate on one eval run.</summary>
/// <param name="Name">Name in <c>gates.evals[].name</c>.</param>
/// <param name="PassRate">Share of cases that must pass, 0 to 1.</param>
public sealed record OfflineGate(string Name, double PassRate)
{
    /// <summary>Tolerated fall of the pass rate against stable on the same cases, 0 to 1; null when there is no comparison.</summary>
    public double? MaxRegression { get; init; }

    /// <summary>Pass rate that even the worst slice must reach, 0 to 1; null when slices are not judged.</summary>
    public double? WorstSlice { get; init; }

    /// <summary>Confidence of intervals and tests, above 0 and below 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>What must be shown before the gate passes.</summary>
    public Proof Proof { get; init; } = Proof.NoHarm;

    /// <summary>Why the gate cannot be evaluated; null when it can.</summary>
    public string? Problem()
    {
        static bool Share(double value) => value is >= 0 and <= 1;
        return !Share(PassRate) ? $"{Name}: passRate must lie between 0 % and 100 %; it is {PassRate}"
            : MaxRegression is { } r && !Share(r) ? $"{Name}: maxRegression must lie between 0 % and 100 %; it is {r}"
            : WorstSlice is { } w && !Share(w) ? $"{Name}: slices.worst must lie between 0 % and 100 %; it is {w}"
            : Confidence is > 0 and < 1 ? null
            : $"{Name}: confidence must lie between 0 % and 100 %; it is {Confidence}";
    }
}

/// <summary>Result of one slice of a suite.</summary>
/// <param name="Name">Name of the slice.</param>
/// <param name="Passed">Cases that passed.</param>
/// <param name="Total">Cases.</param>
public sealed record SliceCounts(string Name, long Passed, long Total);

/// <summary>Result of an eval run.</summary>
/// <param name="Passed">Cases that passed.</param>
/// <param name="Total">Cases.</param>
public sealed record OfflineObservation(long Passed, long Total)
{
    /// <summary>Results by slice; empty when the suite has none.</summary>
    public IReadOnlyList<SliceCounts> Slices { get; init; } = [];

    /// <summary>Comparison with stable on the same cases; null when stable has not run them.</summary>
    public PairedCounts? AgainstStable { get; init; }
}
