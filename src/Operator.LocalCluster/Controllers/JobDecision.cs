using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>What to do about a job: a function of the job, its pods and the time.</summary>
/// <param name="Succeeded">How many pods have ended well.</param>
/// <param name="Failed">How many pods have ended badly.</param>
/// <param name="Active">Pods that run or will run.</param>
/// <param name="Create">How many pods to create.</param>
/// <param name="Delete">Pods to delete.</param>
/// <param name="Finish">The condition that ends the job, with its reason and message; null while it goes on.</param>
/// <param name="Suspended">Whether the job pauses.</param>
/// <param name="Requeue">When to look again; null when only a change matters.</param>
internal sealed record JobDecision(
    long Succeeded, long Failed, IReadOnlyList<JsonObject> Active, long Create, IReadOnlyList<JsonObject> Delete,
    (string Type, string Reason, string Message)? Finish, bool Suspended, TimeSpan? Requeue)
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(10);

    /// <summary>Decides.</summary>
    /// <param name="job">The job.</param>
    /// <param name="pods">The pods that it controls.</param>
    /// <param name="now">The time.</param>
    /// <param name="backoffUnit">The delay after the first failed pod, doubled with each further one; null for the usual ten seconds.</param>
    public static JobDecision Make(JsonObject job, IReadOnlyList<JsonObject> pods, DateTimeOffset now, TimeSpan? backoffUnit = null)
    {
        var spec = job.Child("spec");
        long succeeded = pods.Count(PodStates.HasSucceeded), failed = pods.Count(PodStates.HasFailed);
        // Counts never fall when pods are deleted by somebody else.
        succeeded = Math.Max(succeeded, job.Number("status", "succeeded") ?? 0);
        failed = Math.Max(failed, job.Number("status", "failed") ?? 0);
        var active = pods.Where(PodStates.IsActive).ToList();
        if (Finishing(job, spec, pods, succeeded, failed, now) is { } finish)
            return new(succeeded, failed, [], 0, active, finish, false, null);
        if (spec.Flag("suspend") == true)
            return new(succeeded, failed, [], 0, active, null, true, null);

        var parallelism = spec.Number("parallelism") ?? 1;
        var wanted = spec.Number("completions") is { } completions
            ? Math.Min(parallelism, completions - succeeded)
            : succeeded > 0 ? active.Count : parallelism;
        // Pods that are being deleted count too where a replacement must wait for them.
        var replacing = spec.Text("podReplacementPolicy") == "Failed" ? pods.Count(pod => PodStates.IsTerminating(pod) && !PodStates.HasFailed(pod)) : 0;
        var missing = Math.Max(0, wanted - active.Count - replacing);
        var surplus = active.Count > wanted ? active.Skip((int)Math.Max(0, wanted)).ToList() : [];
        var (wait, deadline) = (Backoff(pods, failed, now, backoffUnit ?? FirstBackoff), Remaining(job, spec, now));
        if (missing > 0 && wait > TimeSpan.Zero)
            return new(succeeded, failed, active, 0, surplus, null, false, Earlier(wait, deadline));
        return new(succeeded, failed, active, missing, surplus, null, false, deadline);
    }

    private static (string Type, string Reason, string Message)? Finishing(
        JsonObject job, JsonObject? spec, IReadOnlyList<JsonObject> pods, long succeeded, long failed, DateTimeOffset now)
    {
        if (Remaining(job, spec, now) is { } left && left <= TimeSpan.Zero && spec.Flag("suspend") != true)
            return ("Failed", "DeadlineExceeded", "Job was active longer than specified deadline");
        if (MatchesFailJob(spec, pods) is { } message)
            return ("Failed", "PodFailurePolicy", message);
        var limit = spec.Number("backoffLimit") ?? 6;
        // With restartPolicy OnFailure the retries are restarts inside of the pods.
        var restarts = spec.Text("template", "spec", "restartPolicy") == "OnFailure" ? pods.Where(PodStates.IsActive).Sum(PodStates.Restarts) : 0;
        if (failed + restarts > limit || (restarts > 0 && restarts >= limit))
            return ("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        var complete = spec.Number("completions") is { } completions
            ? succeeded >= completions
            : succeeded > 0 && !pods.Any(PodStates.IsActive);
        return complete ? ("Complete", "CompletionsReached", "Reached expected number of succeeded pods") : null;
    }

    // Rules on exit codes with the action FailJob; other actions only change how failures count.
    private static string? MatchesFailJob(JsonObject? spec, IReadOnlyList<JsonObject> pods)
    {
        var index = 0;
        foreach (var rule in spec.Children("podFailurePolicy", "rules"))
        {
            if (rule.Text("action") == "FailJob" && rule.Child("onExitCodes") is { } codes)
            {
                var values = codes.At("values") is JsonArray list ? list.Select(node => node.AsNumber()).ToHashSet() : [];
                foreach (var pod in pods.Where(PodStates.HasFailed))
                {
                    foreach (var status in pod.Children("status", "containerStatuses"))
                    {
                        var code = status.Number("state", "terminated", "exitCode") ?? 0;
                        if (code == 0 || codes.Text("containerName") is { } name && name != status.Text("name"))
                            continue;
                        if (values.Contains(code) == (codes.Text("operator") == "In"))
                        {
                            return $"Container {status.Text("name")} for pod {pod.Text("metadata", "namespace")}/{pod.Text("metadata", "name")} failed "
                                + $"with exit code {code} matching FailJob rule at index {index}";
                        }
                    }
                }
            }
            index++;
        }
        return null;
    }

    private static TimeSpan? Remaining(JsonObject job, JsonObject? spec, DateTimeOffset now) =>
        spec.Number("activeDeadlineSeconds") is { } deadline && job.Time("status", "startTime") is { } start
            ? start + TimeSpan.FromSeconds(deadline) - now
            : null;

    private static TimeSpan Backoff(IReadOnlyList<JsonObject> pods, long failed, DateTimeOffset now, TimeSpan unit)
    {
        if (failed == 0)
            return TimeSpan.Zero;
        var last = pods.Where(PodStates.HasFailed).Select(FinishedAt).Max();
        if (last is null)
            return TimeSpan.Zero;
        var delay = unit * Math.Pow(2, Math.Min(failed - 1, 10));
        return last.Value + (delay < LongestBackoff ? delay : LongestBackoff) - now;
    }

    private static DateTimeOffset? FinishedAt(JsonObject pod) =>
        pod.Children("status", "containerStatuses").Select(status => status.Time("state", "terminated", "finishedAt")).Max()
        ?? pod.Time("metadata", "creationTimestamp");

    private static TimeSpan Earlier(TimeSpan wait, TimeSpan? deadline) => deadline is { } other && other < wait ? other : wait;
}
