using System.Collections.Immutable;
using Operator.Evals.Running;
using Operator.Rollouts.Gates;

namespace Operator.Evals.Providers;

/// <summary>Where a provider is with a run.</summary>
internal abstract record ProviderState
{
    private ProviderState()
    {
    }

    /// <summary>It works, or waits for somebody.</summary>
    /// <param name="Message">For whom or what, in a sentence.</param>
    /// <param name="LookAgain">When to ask again; null when a change of an object tells.</param>
    internal sealed record Working(string Message, TimeSpan? LookAgain = null) : ProviderState;

    /// <summary>It has a result.</summary>
    internal sealed record Done(EvalOutcome Outcome) : ProviderState;

    /// <summary>It could not evaluate; says nothing about the revision.</summary>
    /// <param name="Reason">Why, in one CamelCase word.</param>
    /// <param name="Message">Why, in a sentence without foreign content.</param>
    /// <param name="Usage">Tokens that were spent all the same.</param>
    internal sealed record Failed(string Reason, string Message, ImmutableArray<UsageLine> Usage = default) : ProviderState;
}

/// <summary>The result of an evaluation, whoever made it.</summary>
internal sealed record EvalOutcome(int Passed, int Total)
{
    /// <summary>Results by slice.</summary>
    public ImmutableArray<SliceCounts> Slices { get; init; } = [];

    /// <summary>Ids of failed cases.</summary>
    public ImmutableArray<string> FailedCases { get; init; } = [];

    /// <summary>The result of each case, see <see cref="CaseBitmap"/>; null where it is not known.</summary>
    public string? CaseResults { get; init; }

    /// <summary>Tokens by model; empty where they are not known.</summary>
    public ImmutableArray<UsageLine> Usage { get; init; } = [];

    /// <summary>The whole report.</summary>
    public string? Report { get; init; }
}
