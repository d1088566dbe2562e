using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>Runs the pods of jobs until enough have succeeded or too many failed. Every job is treated as NonIndexed.</summary>
/// <param name="client">Reads and writes.</param>
/// <param name="backoff">The delay after the first failed pod; null for the usual ten seconds.</param>
/// <param name="time">The clock of deadlines.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed class JobController(IInternalClient client, TimeSpan? backoff, TimeProvider time, ILogger<JobController> logger) : IController
{
    private readonly ObjectCache _jobs = new(client, WellKnown.Jobs);
    private readonly ObjectCache _pods = new(client, WellKnown.Pods);
    private readonly ExpectedObjects _expected = new();

    /// <inheritdoc/>
    public string Name => "job";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var loop = new ReconcileLoop<(string Namespace, string Name)>(Name, ReconcileAsync, time, logger);
        _jobs.Changed += (former, value) => Add(loop, value ?? former);
        _pods.Changed += (former, value) =>
        {
            if (Owners.Controller(value ?? former) is not { } owner || owner.Text("kind") != "Job")
                return;
            _expected.Seen(owner.Text("uid") ?? "", (value ?? former).Text("metadata", "name") ?? "");
            loop.Add(((value ?? former).Text("metadata", "namespace") ?? "", owner.Text("name") ?? ""));
        };
        await Task.WhenAll(_jobs.RunAsync(cancellationToken), _pods.RunAsync(cancellationToken), StartAsync(loop, cancellationToken));
    }

    private async Task StartAsync(ReconcileLoop<(string, string)> loop, CancellationToken cancellationToken)
    {
        await Task.WhenAll(_jobs.Synced, _pods.Synced).WaitAsync(cancellationToken);
        await loop.RunAsync(2, cancellationToken);
    }

    private static void Add(ReconcileLoop<(string, string)> loop, JsonObject? job)
    {
        if (job is not null)
            loop.Add((job.Text("metadata", "namespace") ?? "", job.Text("metadata", "name") ?? ""));
    }

    private async Task<TimeSpan?> ReconcileAsync((string Namespace, string Name) key, CancellationToken cancellationToken)
    {
        if (await client.GetAsync(WellKnown.Jobs, key.Namespace, key.Name, cancellationToken) is not { } job
            || job.Text("metadata", "deletionTimestamp") is not null)
        {
            return null;
        }
        if (Conditions.IsTrue(job, "Complete") || Conditions.IsTrue(job, "Failed"))
            return await CollectAsync(job, cancellationToken);
        var uid = job.Text("metadata", "uid")!;
        // The event that shows the last created pod asks for the next turn.
        if (!_expected.AllSeen(uid))
            return null;
        var now = time.GetUtcNow();
        var pods = _pods.In(key.Namespace).Where(pod => Owners.IsControlledBy(pod, job))
            .OrderBy(pod => pod.Text("metadata", "name"), StringComparer.Ordinal).ToList();
        var decision = JobDecision.Make(job, pods, now, backoff);
        foreach (var pod in decision.Delete)
            await client.DeleteAsync(WellKnown.Pods, key.Namespace, pod.Text("metadata", "name")!, null, cancellationToken);
        for (var i = 0; i < decision.Create; i++)
        {
            var pod = Owners.PodOf(job, job.Child("spec", "template"), key.Name + "-");
            await _expected.CreateAsync(client, uid, pod, cancellationToken);
        }
        await TellAsync(job, decision, pods, now, cancellationToken);
        return decision.Requeue;
    }

    private async Task TellAsync(
        JsonObject job, JobDecision decision, List<JsonObject> pods, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = job.Child("status")?.DeepClone() ?? new JsonObject();
        var status = job.Ensure("status");
        var stamp = ObjectFields.Stamp(now);
        if (decision.Suspended)
            status.Remove("startTime");
        else
            status.Default("startTime", stamp);
        Count(status, "succeeded", decision.Succeeded);
        Count(status, "failed", decision.Failed);
        Count(status, "active", decision.Active.Count + decision.Create - decision.Active.Intersect(decision.Delete).Count());
        status["ready"] = decision.Active.Count(PodStates.IsReady);
        status["terminating"] = pods.Count(pod => PodStates.IsTerminating(pod) && !PodStates.HasSucceeded(pod) && !PodStates.HasFailed(pod));
        if (decision.Suspended)
            Conditions.Set(status, "Suspended", true, "JobSuspended", "Job suspended", stamp);
        else if (Conditions.IsTrue(job, "Suspended"))
            Conditions.Set(status, "Suspended", false, "JobResumed", "Job resumed", stamp);
        if (decision.Finish is { } finish)
        {
            var early = finish.Type == "Complete" ? "SuccessCriteriaMet" : "FailureTarget";
            Conditions.Set(status, early, true, finish.Reason, finish.Message, stamp);
            Conditions.Set(status, finish.Type, true, finish.Reason, finish.Message, stamp);
            foreach (var condition in status.Children("conditions"))
                condition.Default("lastProbeTime", stamp);
            if (finish.Type == "Complete")
                status["completionTime"] = stamp;
        }
        if (!JsonNode.DeepEquals(before, status))
            await client.UpdateAsync(WellKnown.Jobs, job, "status", cancellationToken);
    }

    private static void Count(JsonObject status, string field, long count)
    {
        if (count > 0)
            status[field] = count;
        else
            status.Remove(field);
    }

    // A finished job goes when its time to live is over.
    private async Task<TimeSpan?> CollectAsync(JsonObject job, CancellationToken cancellationToken)
    {
        _expected.Forget(job.Text("metadata", "uid")!);
        if (job.Number("spec", "ttlSecondsAfterFinished") is not { } ttl)
            return null;
        var finished = job.Children("status", "conditions")
            .Where(condition => condition.Text("type") is "Complete" or "Failed" && condition.Text("status") == "True")
            .Select(condition => condition.Time("lastTransitionTime")).Max() ?? time.GetUtcNow();
        var left = finished + TimeSpan.FromSeconds(ttl) - time.GetUtcNow();
        if (left > TimeSpan.Zero)
            return left;
        await client.DeleteAsync(
            WellKnown.Jobs, job.Text("metadata", "namespace"), job.Text("metadata", "name")!,
            new JsonObject { ["propagationPolicy"] = "Foreground", ["preconditions"] = new JsonObject { ["uid"] = job.Text("metadata", "uid") } },
            cancellationToken);
        return null;
    }
}
