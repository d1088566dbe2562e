namespace Operator.MockClaude.Answers;

/// <summary>A question whose answer is known.</summary>
/// <param name="Question">A text that the last user message contains.</param>
/// <param name="Right">The right answer.</param>
public sealed record MockAnswer(string Question, string Right)
{
    /// <summary>The answer when the draw says that it is wrong.</summary>
    public string Wrong { get; init; } = KnownAnswers.Wrong;
}
