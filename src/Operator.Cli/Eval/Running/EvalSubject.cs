using Operator.Api;
using Operator.Contract;
using Operator.Evals.Suites;

namespace Operator.Cli.Eval.Running;

/// <summary>What is evaluated, on what, and what it is held against.</summary>
internal sealed record EvalSubject
{
    /// <summary>The revision with its prompt. The prompt is never to be shown.</summary>
    public required RevisionConfiguration Content { get; init; }

    /// <summary>What people call the prompt: name and version, or its file.</summary>
    public required string Prompt { get; init; }

    /// <summary>Whether the revision is the one that the operator would make of this, so that its id means something.</summary>
    public required bool IsNamed { get; init; }

    /// <summary>Whether the tool sends the prompt itself, as a plain system prompt, and no limiter puts it in.</summary>
    public bool SendsPrompt { get; init; }

    /// <summary>The suite.</summary>
    public required NamedSuite Suite { get; init; }

    /// <summary>The deployment; null where none was named.</summary>
    public string? Deployment { get; init; }

    /// <summary>The thresholds; null where none are given.</summary>
    public EvalGate? Gate { get; init; }

    /// <summary>Stable's run of the same suite; null where nothing is compared.</summary>
    public ClaudeEvalRun? Baseline { get; init; }
}

/// <summary>A suite and where it is from.</summary>
/// <param name="Name">Its file or ConfigMap.</param>
/// <param name="Suite">The suite.</param>
internal sealed record NamedSuite(string Name, EvalSuite Suite);
