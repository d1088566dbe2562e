using System.Collections.Immutable;
using Operator.Evals.Checks;

namespace Operator.Evals.Suites;

/// <summary>A suite without errors.</summary>
internal sealed record EvalSuite
{
    /// <summary>The cases that a revision answers, in their order: the order of a run's case results.</summary>
    public required ImmutableArray<EvalCase> Cases { get; init; }

    /// <summary>Cases with a fixed answer, which tell whether the checks themselves work.</summary>
    public required ImmutableArray<EvalSentinel> Sentinels { get; init; }

    /// <summary>The SHA-256 over the canonical content of all cases in their order; 64 hex digits.</summary>
    public required string Digest { get; init; }
}

/// <summary>A case: what is asked, and what must hold of the answer.</summary>
internal sealed record EvalCase
{
    /// <summary>The id, unique in the suite.</summary>
    public required string Id { get; init; }

    /// <summary>The part of the suite that it belongs to; null for none.</summary>
    public string? Slice { get; init; }

    /// <summary>The conversation as the Messages API takes it: a JSON array in UTF-8.</summary>
    public ReadOnlyMemory<byte> Messages { get; init; }

    /// <summary>The longest answer in tokens; null for the runner's default. A revision that sets its own goes before it.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>What must hold; at least one.</summary>
    public required ImmutableArray<Check> Checks { get; init; }
}

/// <summary>A case with a fixed answer.</summary>
/// <param name="Case">The case; its messages may be empty.</param>
/// <param name="Answer">The answer.</param>
/// <param name="IsGood">Whether the checks must pass it; otherwise at least one must fail it.</param>
internal sealed record EvalSentinel(EvalCase Case, Answer Answer, bool IsGood);

/// <summary>A file of a suite.</summary>
/// <param name="ConfigMap">The ConfigMap that it is in.</param>
/// <param name="Key">Its key.</param>
/// <param name="Content">Its content in UTF-8.</param>
internal sealed record SuiteFile(string ConfigMap, string Key, ReadOnlyMemory<byte> Content);

/// <summary>What reading a suite gave.</summary>
/// <param name="Suite">The suite; null when there are errors.</param>
/// <param name="Errors">The errors, at most <see cref="SuiteLimits.Errors"/>.</param>
/// <param name="Untold">How many errors there are beside those.</param>
internal sealed record SuiteReading(EvalSuite? Suite, IReadOnlyList<SuiteError> Errors, int Untold)
{
    /// <summary>The errors in one text of at most a few hundred characters; empty without errors.</summary>
    public string Describe()
    {
        const int longest = 800;
        var text = "";
        var told = 0;
        foreach (var error in Errors)
        {
            var next = (told == 0 ? "" : "; ") + error;
            if (told > 0 && text.Length + next.Length > longest) break;
            text += next;
            told++;
        }
        var rest = Errors.Count - told + Untold;
        return rest == 0 ? text : $"{text}; and {rest} more";
    }
}
