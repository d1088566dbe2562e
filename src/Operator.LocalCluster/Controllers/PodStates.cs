using System.Text.Json.Nodes;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>What controllers ask of a pod.</summary>
internal static class PodStates
{
    /// <summary>Whether it has ended well.</summary>
    public static bool HasSucceeded(JsonObject pod) => pod.Text("status", "phase") == "Succeeded";

    /// <summary>Whether it has ended badly.</summary>
    public static bool HasFailed(JsonObject pod) => pod.Text("status", "phase") == "Failed";

    /// <summary>Whether it is being deleted.</summary>
    public static bool IsTerminating(JsonObject pod) => pod.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>Whether it runs or will run.</summary>
    public static bool IsActive(JsonObject pod) => !HasSucceeded(pod) && !HasFailed(pod) && !IsTerminating(pod);

    /// <summary>Whether it serves.</summary>
    public static bool IsReady(JsonObject pod) => Conditions.IsTrue(pod, "Ready");

    /// <summary>Since when it serves; null when it does not.</summary>
    public static DateTimeOffset? ReadySince(JsonObject pod) => IsReady(pod)
        ? pod.Children("status", "conditions").First(condition => condition.Text("type") == "Ready").Time("lastTransitionTime")
        : null;

    /// <summary>The pod's containers' restarts.</summary>
    public static long Restarts(JsonObject pod) =>
        pod.Children("status", "containerStatuses").Concat(pod.Children("status", "initContainerStatuses"))
            .Sum(status => status.Number("restartCount") ?? 0);
}
