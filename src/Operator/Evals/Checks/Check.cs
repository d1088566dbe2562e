using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Operator.Evals.Checks;

/// <summary>An answer under test.</summary>
/// <param name="Text">Its text blocks, joined.</param>
/// <param name="StopReason">Why it ended, in the API's spelling.</param>
/// <param name="OutputTokens">How many tokens it took.</param>
internal sealed record Answer(string Text, string? StopReason, long OutputTokens);

/// <summary>What a check says.</summary>
internal enum CheckOutcome
{
    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold.</summary>
    Failed,

    /// <summary>It could not be decided; says nothing about the answer.</summary>
    Undecided,
}

/// <summary>What must hold of an answer.</summary>
/// <param name="Kind">Its name in a suite.</param>
internal abstract record Check(string Kind);

/// <summary>A check that a function of the answer decides.</summary>
/// <param name="Kind">Its name in a suite.</param>
internal abstract record PureCheck(string Kind) : Check(Kind)
{
    /// <summary>Decides.</summary>
    public abstract CheckOutcome Decide(Answer answer);

    private protected static CheckOutcome When(bool holds) => holds ? CheckOutcome.Passed : CheckOutcome.Failed;
}

/// <summary>Every text is in the answer.</summary>
internal sealed record ContainsCheck(ImmutableArray<string> Texts) : PureCheck("contains")
{
    /// <inheritdoc />
    public override CheckOutcome Decide(Answer answer) => When(Texts.All(t => answer.Text.Contains(t, StringComparison.Ordinal)));
}

/// <summary>None of the texts is in the answer.</summary>
internal sealed record NotContainsCheck(ImmutableArray<string> Texts) : PureCheck("notContains")
{
    /// <inheritdoc />
    public override CheckOutcome Decide(Answer answer) => When(!Texts.Any(t => answer.Text.Contains(t, StringComparison.Ordinal)));
}

/// <summary>The pattern matches somewhere in the answer.</summary>
internal sealed record RegexCheck(Regex Pattern) : PureCheck("regex")
{
    /// <inheritdoc />
    public override CheckOutcome Decide(Answer answer) => BoundedRegex.IsMatch(Pattern, answer.Text) is { } matches ? When(matches) : CheckOutcome.Undecided;
}

/// <summary>The answer is this text, blanks around it aside.</summary>
internal sealed record EqualsTextCheck(string Text) : PureCheck("equals")
{
    /// <inheritdoc />
    public override CheckOutcome Decide(Answer answer) => When(answer.Text.AsSpan().Trim().SequenceEqual(Text.AsSpan().Trim()));
}

/// <summary>The answer is JSON with this very content.</summary>
internal sealed record EqualsJsonCheck(JsonElement Value) : PureCheck("equals")
{
    /// <inheritdoc />
    public override CheckOutcome Decide(Answer answer)
    {
        using var document = AnswerJson.Parse(answer.Text);
        return When(document is not null && JsonElement.DeepEquals(document.RootElement, Value));
    }
}

/// <summary>The answer is JSON of this form.</summary>
internal sealed record JsonSchemaCheck(JsonSchema Schema) : PureCheck("jsonSchema")
{
    /// <inheritdoc />
    public override CheckOutcome Decide(Answer answer)
    {
        using var document = AnswerJson.Parse(answer.Text);
        if (document is null) return CheckOutcome.Failed;
        return Schema.Matches(document.RootElement) is { } matches ? When(matches) : CheckOutcome.Undecided;
    }
}

/// <summary>The answer ended for one of these reasons.</summary>
internal sealed record StopReasonCheck(ImmutableArray<string> Reasons) : PureCheck("stopReason")
{
    /// <inheritdoc />
    public override CheckOutcome Decide(Answer answer) => When(answer.StopReason is { } reason && Reasons.Contains(reason));
}

/// <summary>The answer took at most this many tokens.</summary>
internal sealed record MaxOutputTokensCheck(int Tokens) : PureCheck("maxOutputTokens")
{
    /// <inheritdoc />
    public override CheckOutcome Decide(Answer answer) => When(answer.OutputTokens <= Tokens);
}

/// <summary>A model gives the answer at least this score.</summary>
/// <param name="Model">The model that judges.</param>
/// <param name="Rubric">What it judges by.</param>
/// <param name="Min">The least score, 0 to 10.</param>
internal sealed record JudgeCheck(string Model, string Rubric, decimal Min) : Check("judge");
