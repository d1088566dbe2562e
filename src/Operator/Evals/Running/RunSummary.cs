using System.Collections.Immutable;
using Operator.Rollouts.Gates;

namespace Operator.Evals.Running;

/// <summary>The result of a run: what fits into a termination message.</summary>
internal sealed record RunSummary
{
    /// <summary>The revision that was tested, in its full form.</summary>
    public required string Revision { get; init; }

    /// <summary>The digest of the suite that was run; empty when none was read.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Cases that passed.</summary>
    public int Passed { get; init; }

    /// <summary>Cases in all.</summary>
    public int Total { get; init; }

    /// <summary>Results by slice.</summary>
    public ImmutableArray<SliceCounts> Slices { get; init; } = [];

    /// <summary>Ids of failed cases, as many as fit.</summary>
    public ImmutableArray<string> FailedCases { get; init; } = [];

    /// <summary>The result of each case, see <see cref="CaseBitmap"/>; null where it did not fit.</summary>
    public string? CaseResults { get; init; }

    /// <summary>Tokens by model, judges included.</summary>
    public ImmutableArray<UsageLine> Usage { get; init; } = [];

    /// <summary>Why there is no result; null when there is.</summary>
    public string? Error { get; init; }
}
