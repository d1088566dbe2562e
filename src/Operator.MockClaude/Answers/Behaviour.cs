namespace Operator.MockClaude.Answers;

/// <summary>How a model answers.</summary>
public sealed record Behaviour
{
    /// <summary>Seconds until the first token.</summary>
    public Lognormal FirstToken { get; init; }

    /// <summary>Seconds for each further token.</summary>
    public Lognormal TokenTime { get; init; }

    /// <summary>How many tokens of text an answer without a given text has.</summary>
    public Lognormal OutputTokens { get; init; } = new(64);

    /// <summary>Tokens of thinking when the model thinks; 0 gives no thinking block.</summary>
    public int ThinkingTokens { get; init; } = 24;

    /// <summary>How likely a question whose answer is known is answered right, 0 to 1. A worse prompt gets a lower number.</summary>
    public double Quality { get; init; } = 1;

    /// <summary>How likely the model refuses (<c>stop_reason: refusal</c>), 0 to 1.</summary>
    public double RefusalRate { get; init; }

    /// <summary>How likely the answer runs into <c>max_tokens</c>, 0 to 1.</summary>
    public double TruncationRate { get; init; }

    /// <summary>How likely a request with tools whose last message brings no result uses one, 0 to 1.</summary>
    public double ToolUseRate { get; init; } = 1;

    /// <summary>How likely the request meets 500 <c>api_error</c>, 0 to 1: an error rate by model or prompt.</summary>
    public double ErrorRate { get; init; }

    /// <summary>Gives the text of an answer; null leaves it to the other rules. Must be a pure function.</summary>
    public Func<MockPrompt, string?>? Answer { get; init; }
}
