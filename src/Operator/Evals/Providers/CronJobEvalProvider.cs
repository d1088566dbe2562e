using System.Text;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Evals.Providers;

/// <summary>
/// Jobs from CronJobs of the same namespace: only who may create CronJobs decides what runs. The result is the termination message of a
/// container, or a ClaudeEvalRun with <c>spec.result</c>.
/// </summary>
/// <param name="client">The API server.</param>
/// <param name="jobs">Jobs at the API server.</param>
/// <param name="options">What the administrator decides.</param>
internal sealed class CronJobEvalProvider(IKubernetesClient client, EvalJobs jobs, EvalOptions options) : IEvalProvider
{
    /// <inheritdoc />
    public bool Serves(EvalGate gate) => gate?.Job is not null;

    /// <inheritdoc />
    public async Task<ProviderState> RunAsync(EvalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (await jobs.GetAsync(request.Run, cancellationToken) is EvalJobState.Missing)
        {
            var name = request.Gate.Job!.FromCronJob;
            if (await client.GetAsync<V1CronJob>(name, request.Namespace, cancellationToken) is not { } cronJob)
                return new ProviderState.Failed("CronJobNotFound", $"gates.evals[{request.Gate.Name}].job.fromCronJob: there is no CronJob {name} in this namespace");
            if (CronJobTemplate.Render(request, cronJob, options) is not { } job)
                return new ProviderState.Failed("CronJobEmpty", $"the CronJob {name} has no job template with containers");
            await jobs.CreateAsync(job, cancellationToken);
        }
        return await ResumeAsync(request, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ProviderState> ResumeAsync(EvalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var state = await jobs.GetAsync(request.Run, cancellationToken);
        if (state is not EvalJobState.Ended { Succeeded: true } ended || HasResult(ended)) return Read(state, request.Name, request.Revision.Revision);
        var runs = await client.ListAsync<ClaudeEvalRun>(new ListOptions { Namespace = request.Namespace }, cancellationToken);
        return ExternalEvalProvider.Find(request, runs.Items) ?? Read(state, request.Name, request.Revision.Revision);
    }

    /// <inheritdoc />
    public Task CancelAsync(ClaudeEvalRun run, CancellationToken cancellationToken) => jobs.DeleteAsync(run, cancellationToken);

    /// <summary>What the state of a Job means. Pure.</summary>
    public static ProviderState Read(EvalJobState state, string name, string revision)
    {
        if (state is not EvalJobState.Ended ended) return BuiltInEvalProvider.Read(state, name, revision, null);
        if (!ended.Succeeded) return new ProviderState.Failed("JobFailed", $"the Job {name} failed ({ended.Reason ?? "no reason given"})");
        if (ended.Messages.FirstOrDefault(IsResult) is not { } message)
        {
            return new ProviderState.Failed(
                "ResultMissing", $"the Job {name} ended and left no result: neither a termination message {{\"revision\", \"passed\", \"total\"}} nor a ClaudeEvalRun with spec.result");
        }
        return ResultDocument.Read(Encoding.UTF8.GetBytes(message.Text), revision, out var problem) is { } outcome
            ? new ProviderState.Done(outcome)
            : new ProviderState.Failed("InvalidResult", $"the termination message of container {message.Container}: {problem}");
    }

    private static bool HasResult(EvalJobState.Ended ended) => ended.Messages.Any(IsResult);

    // Sidecars leave messages too; a result is the JSON object among them.
    private static bool IsResult(EvalJobMessage message) => message.Text.AsSpan().TrimStart() is ['{', ..];
}
