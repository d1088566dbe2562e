using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Evals.Providers;

/// <summary>Where the Job of a run is.</summary>
internal abstract record EvalJobState
{
    private EvalJobState()
    {
    }

    /// <summary>There is none.</summary>
    internal sealed record Missing : EvalJobState;

    /// <summary>The name is taken by a Job of somebody else.</summary>
    internal sealed record Foreign : EvalJobState;

    /// <summary>It runs, or will.</summary>
    /// <param name="HasPod">Whether a pod of it runs.</param>
    internal sealed record Active(bool HasPod) : EvalJobState;

    /// <summary>It has ended.</summary>
    /// <param name="Succeeded">How.</param>
    /// <param name="Reason">Why it failed, in the Job controller's word.</param>
    /// <param name="Messages">The termination messages of its containers, the last to end first.</param>
    internal sealed record Ended(bool Succeeded, string? Reason, IReadOnlyList<EvalJobMessage> Messages) : EvalJobState;
}

/// <summary>What a container left at its end.</summary>
/// <param name="Container">Its name.</param>
/// <param name="Text">The text.</param>
internal sealed record EvalJobMessage(string Container, string Text);

/// <summary>Jobs of runs at the API server. What decides is read live: a cache may not know yet what was just made.</summary>
/// <param name="client">The API server.</param>
internal sealed class EvalJobs(IKubernetesClient client)
{
    /// <summary>The field manager of Jobs.</summary>
    public const string FieldManager = "claude-operator-evals";

    /// <summary>Creates a Job, unless there is one of that name.</summary>
    public async Task CreateAsync(V1Job job, CancellationToken cancellationToken)
    {
        try
        {
            await client.CreateAsync(job, new WriteOptions { FieldManager = FieldManager }, cancellationToken);
        }
        catch (KubernetesException exception) when (exception.IsAlreadyExists)
        {
            // Made by a call before this one, or by somebody else: the state tells.
        }
    }

    /// <summary>The state of a run's Job.</summary>
    public async Task<EvalJobState> GetAsync(ClaudeEvalRun run, CancellationToken cancellationToken)
    {
        var (name, @namespace) = (run.Metadata.Name!, run.Metadata.NamespaceProperty);
        var job = await client.GetAsync<V1Job>(name, @namespace, cancellationToken);
        if (job is null) return new EvalJobState.Missing();
        if (!JobOwner.IsOwned(job, run)) return new EvalJobState.Foreign();
        var end = job.Status?.Conditions?.FirstOrDefault(c => c.Type is "Complete" or "Failed" && c.Status == "True");
        if (end is null) return new EvalJobState.Active(job.Status?.Active > 0);
        var pods = await client.ListAsync<V1Pod>(
            new ListOptions { Namespace = @namespace, LabelSelector = $"batch.kubernetes.io/job-name={name}" }, cancellationToken);
        return new EvalJobState.Ended(
            end.Type == "Complete", end.Reason,
            [
                .. pods.Items
                    .Where(p => p.Metadata.OwnerReferences?.Any(o => o.Uid == job.Metadata.Uid) == true)
                    .SelectMany(p => p.Status?.ContainerStatuses ?? [])
                    .Where(c => c is { Name: not null, State.Terminated.Message.Length: > 0 })
                    .OrderByDescending(c => c.State!.Terminated!.FinishedAt)
                    .Select(c => new EvalJobMessage(c.Name!, c.State!.Terminated!.Message!)),
            ]);
    }

    /// <summary>Deletes the Job of a run, with its pods.</summary>
    public async Task DeleteAsync(ClaudeEvalRun run, CancellationToken cancellationToken)
    {
        var job = await client.GetAsync<V1Job>(run.Metadata.Name!, run.Metadata.NamespaceProperty, cancellationToken);
        if (job is null || !JobOwner.IsOwned(job, run)) return;
        try
        {
            await client.DeleteAsync<V1Job>(
                run.Metadata.Name!, run.Metadata.NamespaceProperty,
                new DeleteOptions { Uid = job.Metadata.Uid, PropagationPolicy = "Background" }, cancellationToken);
        }
        catch (KubernetesException exception) when (exception.IsConflict)
        {
            // Another Job took the name meanwhile; ours is gone.
        }
    }
}
