using Operator.Api;
using Operator.Evals.Running;

namespace Operator.Evals.Providers;

/// <summary>The operator's own runner, as a Job.</summary>
/// <param name="jobs">Jobs at the API server.</param>
/// <param name="options">What the administrator decides.</param>
internal sealed class BuiltInEvalProvider(EvalJobs jobs, EvalOptions options) : IEvalProvider
{
    /// <inheritdoc />
    public bool Serves(EvalGate gate) => gate?.Suite is not null;

    /// <inheritdoc />
    public async Task<ProviderState> RunAsync(EvalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await jobs.CreateAsync(EvalJob.Render(request, options), cancellationToken);
        return await ResumeAsync(request, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ProviderState> ResumeAsync(EvalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Read(await jobs.GetAsync(request.Run, cancellationToken), request.Name, request.Revision.Revision, request.SuiteDigest);
    }

    /// <inheritdoc />
    public Task CancelAsync(ClaudeEvalRun run, CancellationToken cancellationToken) => jobs.DeleteAsync(run, cancellationToken);

    /// <summary>What the state of a Job means. Pure.</summary>
    public static ProviderState Read(EvalJobState state, string name, string revision, string? digest)
    {
        switch (state)
        {
            case EvalJobState.Missing:
                return new ProviderState.Failed("JobVanished", $"the Job {name} is gone and left no result");
            case EvalJobState.Foreign:
                return new ProviderState.Failed("JobNameTaken", $"a Job {name} exists that does not belong to this run; delete it");
            case EvalJobState.Active active:
                return new ProviderState.Working(active.HasPod ? $"the Job {name} runs" : $"the Job {name} waits for its pod");
        }
        var ended = (EvalJobState.Ended)state;
        var summary = ended.Messages.Where(m => m.Container == EvalJob.Container).Select(m => RunSummaryText.Read(m.Text)).FirstOrDefault(s => s is not null);
        if (summary is null)
        {
            return ended.Succeeded
                ? new ProviderState.Failed("ResultMissing", $"the Job {name} ended and its result cannot be read: its pods are gone, or the image is no runner")
                : new ProviderState.Failed("JobFailed", $"the Job {name} failed without a result ({ended.Reason ?? "no reason given"})");
        }
        if (summary.Revision != revision) return new ProviderState.Failed("InvalidResult", $"the result of the Job {name} is about another revision");
        if (summary.Error is { } error) return new ProviderState.Failed("RunFailed", error, summary.Usage);
        if (summary.Digest != digest) return new ProviderState.Failed("SuiteChanged", "the suite has changed since the run was asked for", summary.Usage);
        return new ProviderState.Done(new EvalOutcome(summary.Passed, summary.Total)
        {
            Slices = summary.Slices,
            FailedCases = summary.FailedCases,
            CaseResults = summary.CaseResults,
            Usage = summary.Usage,
        });
    }
}
