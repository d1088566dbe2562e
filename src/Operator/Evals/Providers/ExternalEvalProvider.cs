using System.Text;
using Operator.Api;
using Operator.Rollouts;

namespace Operator.Evals.Providers;

/// <summary>Results that somebody else writes, as a ClaudeEvalRun with <c>spec.result</c>.</summary>
/// <param name="runs">The ClaudeEvalRuns of a namespace.</param>
internal sealed class ExternalEvalProvider(Func<string, IReadOnlyList<ClaudeEvalRun>> runs) : IEvalProvider
{
    /// <inheritdoc />
    public bool Serves(EvalGate gate) => gate?.External is not null;

    /// <inheritdoc />
    public Task<ProviderState> RunAsync(EvalRequest request, CancellationToken cancellationToken) => ResumeAsync(request, cancellationToken);

    /// <inheritdoc />
    public Task<ProviderState> ResumeAsync(EvalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Task.FromResult(Find(request, runs(request.Namespace)) ?? new ProviderState.Working(Wanted(request)));
    }

    /// <inheritdoc />
    public Task CancelAsync(ClaudeEvalRun run, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The result for a request among the runs of its namespace: the first that was written; null when there is none.</summary>
    public static ProviderState? Find(EvalRequest request, IEnumerable<ClaudeEvalRun> runs)
    {
        var match = runs.Where(r => IsFor(request, r))
            .OrderBy(r => r.Metadata.CreationTimestamp).ThenBy(r => r.Metadata.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        if (match is null) return null;
        return ResultDocument.Of(match.Spec.Result!, out var problem) is { } outcome
            ? new ProviderState.Done(outcome)
            : new ProviderState.Failed("InvalidResult", $"spec.result of the ClaudeEvalRun {match.Metadata.Name}: {problem}");
    }

    private static bool IsFor(EvalRequest request, ClaudeEvalRun run) =>
        run.Unreadable is null && run.Metadata.DeletionTimestamp is null && run.Spec.Result is not null
        && run.Spec.DeploymentRef.Name == request.Deployment.Metadata.Name
        && run.Spec.Gate == request.Gate.Name
        && run.Spec.Revision == request.Revision.Revision
        && (run.Spec.Attempt ?? 0) == (request.Run.Spec.Attempt ?? 0)
        // A result older than the deployment is one for another deployment of that name.
        && !(run.Metadata.CreationTimestamp < request.Deployment.Metadata.CreationTimestamp);

    private static string Wanted(EvalRequest request)
    {
        var text = new StringBuilder("waits for a ClaudeEvalRun with spec.result for deployment ")
            .Append(request.Deployment.Metadata.Name).Append(", gate ").Append(request.Gate.Name)
            .Append(", revision ").Append(RolloutPolicy.Short(request.Revision.Revision));
        if (request.Run.Spec.Attempt is > 0 and var attempt) text.Append(", attempt ").Append(attempt);
        return text.ToString();
    }
}
