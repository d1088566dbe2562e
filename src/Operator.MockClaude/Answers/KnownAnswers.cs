using System.Globalization;

namespace Operator.MockClaude.Answers;

/// <summary>Answers to questions that have a right one.</summary>
public static class KnownAnswers
{
    /// <summary>The wrong answer of questions that name none of their own.</summary>
    public const string Wrong = "I am not certain about that.";

    private const string Open = "<expected>";
    private const string Close = "</expected>";

    /// <summary>
    /// The answer of a prompt: of the first of <paramref name="answers"/> whose question it contains, or of the text between
    /// <c>&lt;expected&gt;</c> and <c>&lt;/expected&gt;</c> in the user message; null when there is neither.
    /// </summary>
    public static string? Find(IReadOnlyList<MockAnswer> answers, in MockPrompt prompt)
    {
        ArgumentNullException.ThrowIfNull(answers);
        foreach (var answer in answers)
        {
            if (prompt.User.Contains(answer.Question, StringComparison.Ordinal)) return prompt.Right ? answer.Right : answer.Wrong;
        }
        return Between(prompt.User, Open, Close) is { } expected ? prompt.Right ? expected : Wrong : null;
    }

    /// <summary>
    /// Grades as a judge would, for rules on a judge's system prompt: reads the text between <c>&lt;answer&gt;</c> and
    /// <c>&lt;/answer&gt;</c> and gives 2 of 10 when it is <see cref="Wrong"/> or empty, otherwise 9.
    /// </summary>
    public static string? Judge(MockPrompt prompt)
    {
        if (Between(prompt.User, "<answer>", "</answer>") is not { } answer) return null;
        var good = answer.Trim().Length > 0 && !answer.Contains(Wrong, StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture,
            $"{{\"reason\": \"The answer {(good ? "meets" : "misses")} the rubric.\", \"score\": {(good ? 9 : 2)}}}");
    }

    private static string? Between(string text, string open, string close)
    {
        var start = text.IndexOf(open, StringComparison.Ordinal);
        if (start < 0) return null;
        start += open.Length;
        var end = text.IndexOf(close, start, StringComparison.Ordinal);
        return end < 0 ? null : text[start..end];
    }
}
