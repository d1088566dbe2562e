using System.Net;
using System.Text.Json.Nodes;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>The status of a pod, made of the states of its containers.</summary>
internal static class PodStatusText
{
    /// <summary>Brings a status up to date.</summary>
    /// <param name="pod">The pod; its status is changed.</param>
    /// <param name="inits">Its init containers.</param>
    /// <param name="mains">Its other containers.</param>
    /// <param name="outcome">Phase, reason and message of a pod that has ended; null while it lives.</param>
    /// <param name="address">The pod's address.</param>
    /// <param name="now">The time.</param>
    public static void Write(
        JsonObject pod, IReadOnlyList<ContainerRun> inits, IReadOnlyList<ContainerRun> mains, PodOutcome? outcome, IPAddress address, DateTimeOffset now)
    {
        var status = pod.Ensure("status");
        var stamp = ObjectFields.Stamp(now);
        status.Default("startTime", stamp);
        status["hostIP"] = "127.0.0.1";
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = "127.0.0.1" });
        status["podIP"] = address.ToString();
        status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address.ToString() });
        if (inits.Count > 0)
            status["initContainerStatuses"] = new JsonArray([.. inits.Select(run => (JsonNode)run.Describe())]);
        status["containerStatuses"] = new JsonArray([.. mains.Select(run => (JsonNode)run.Describe())]);
        var initialized = inits.All(run => run.IsSidecar ? run.IsStarted : run.ExitCode == 0) || mains.Any(run => run.IsStarted || run.ExitCode is not null);
        status["phase"] = outcome?.Phase ?? (initialized && mains.Any(run => run.Restarts > 0 || run.IsStarted || run.ExitCode is not null || HasRun(run)) ? "Running" : "Pending");
        if (outcome?.Reason is { } reason)
            status["reason"] = reason;
        if (outcome?.Message is { } message)
            status["message"] = message;
        var serving = mains.Concat(inits.Where(run => run.IsSidecar)).ToList();
        var unready = serving.Where(run => !run.IsReady).Select(run => run.Name).ToList();
        var ended = outcome?.Phase == "Succeeded";
        Set(status, "PodReadyToStartContainers", outcome is null, "", "", stamp);
        Set(status, "Initialized", initialized, initialized ? ended ? "PodCompleted" : "" : "ContainersNotInitialized",
            initialized ? "" : $"containers with incomplete status: [{string.Join(' ', inits.Where(run => run.ExitCode != 0 && !run.IsStarted).Select(run => run.Name))}]", stamp);
        foreach (var type in (string[])["Ready", "ContainersReady"])
        {
            var ready = outcome is null && unready.Count == 0 && initialized;
            Set(status, type, ready, ready ? "" : ended ? "PodCompleted" : outcome is not null ? "PodFailed" : "ContainersNotReady",
                ready || outcome is not null ? "" : $"containers with unready status: [{string.Join(' ', unready)}]", stamp);
        }
        Set(status, "PodScheduled", true, "", "", stamp);
        if (pod.At("metadata", "generation") is { } generation)
            status["observedGeneration"] = generation.DeepClone();
    }

    private static bool HasRun(ContainerRun run) => run.Describe().Child("state", "running") is not null;

    private static void Set(JsonObject status, string type, bool holds, string reason, string message, string now)
    {
        Conditions.Set(status, type, holds, reason, message, now);
        var condition = status.Children("conditions").First(item => item.Text("type") == type);
        if (reason.Length == 0)
            condition.Remove("reason");
        if (message.Length == 0)
            condition.Remove("message");
    }
}

/// <summary>How a pod has ended.</summary>
/// <param name="Phase">Succeeded or Failed.</param>
/// <param name="Reason">Why, in one word; null for the containers' own reasons.</param>
/// <param name="Message">Why, in a sentence.</param>
internal sealed record PodOutcome(string Phase, string? Reason = null, string? Message = null);
