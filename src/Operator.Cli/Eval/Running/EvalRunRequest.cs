using Operator.Api;

namespace Operator.Cli.Eval.Running;

/// <summary>What the command line asks for.</summary>
internal sealed record EvalRunRequest
{
    /// <summary>The deployment whose model, prompt, parameters, suite and thresholds hold where nothing else is given; null for none.</summary>
    public string? Deployment { get; init; }

    /// <summary>Whether its stable revision is meant, instead of the declared one.</summary>
    public bool Stable { get; init; }

    /// <summary>The gate of the deployment; null for the only one with a suite.</summary>
    public string? Gate { get; init; }

    /// <summary>A file or folder with the suite; null for the gate's.</summary>
    public string? Suite { get; init; }

    /// <summary>Which suite of the manifests is meant, where they hold several.</summary>
    public string? SuiteName { get; init; }

    /// <summary>The model; null for the deployment's.</summary>
    public string? Model { get; init; }

    /// <summary>A file with the prompt; null for the deployment's.</summary>
    public string? Prompt { get; init; }

    /// <summary>Which version of the manifest is meant, where it holds several.</summary>
    public string? PromptVersion { get; init; }

    /// <summary>The longest answer in tokens, in place of those of deployment and cases.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>The share of cases that must pass, in place of the gate's.</summary>
    public Percent? PassRate { get; init; }

    /// <summary>The address of the API as it was given; null for the default.</summary>
    public string? Upstream { get; init; }

    /// <summary>A file with the API key; null for the one of the environment.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Calls at the same time: 1 to 256.</summary>
    public required int Concurrency { get; init; }

    /// <summary>How long the whole run may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Whether the result is wanted as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether answers may be shown.</summary>
    public bool ShowAnswers { get; init; }
}
