using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Contract;
using Operator.Rollouts.Revisions;

namespace Operator.Cli.Eval.Running;

/// <summary>Finds what is to be evaluated without a cluster.</summary>
internal static class EvalSubjects
{
    /// <summary>The name of the thresholds that stand on the command line.</summary>
    public const string OwnGate = "suite";

    /// <summary>Reads everything from files.</summary>
    /// <param name="request">The command line.</param>
    /// <param name="notes">Told what is allowed but unwise.</param>
    /// <param name="now">The time, for models that retire.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="CliException">Something is missing or wrong; the message tells where.</exception>
    public static async Task<EvalSubject> OfFilesAsync(EvalRunRequest request, Action<string> notes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (request.Gate is not null || request.Stable) throw new CliException(ExitCode.Usage, "--gate and --revision are about a deployment: name it with --deployment");
        string?[] lacking = [request.Suite is null ? "--suite" : null, request.Model is null ? "--model" : null, request.Prompt is null ? "--prompt" : null];
        if (lacking.Any(l => l is not null))
            throw new CliException(ExitCode.Usage, $"{string.Join(" and ", lacking.OfType<string>())} must be given, or --deployment to take them from the cluster");
        var prompt = await PromptInput.ReadAsync(request.Prompt!, request.PromptVersion, cancellationToken);
        var content = RevisionContent.Create(new ClaudeDeploymentSpec { Model = request.Model!, Parameters = new ModelParameters { MaxTokens = request.MaxTokens } }, prompt);
        foreach (var warning in ModelCheck.Warnings(content, now)) notes(warning);
        return new EvalSubject
        {
            Content = content,
            Prompt = Told(content, request.Prompt!),
            IsNamed = content.PromptName.Length > 0,
            Suite = await SuiteInput.ReadAsync(request.Suite!, request.SuiteName, cancellationToken),
            Gate = request.PassRate is { } rate ? new EvalGate { Name = OwnGate, PassRate = rate } : null,
        };
    }

    /// <summary>What people call a prompt.</summary>
    /// <param name="content">The revision.</param>
    /// <param name="file">What to call it where it has no name.</param>
    public static string Told(RevisionConfiguration content, string? file) =>
        content.PromptName.Length > 0 ? $"{content.PromptName} {content.PromptVersion}" : file ?? "a prompt";
}
