using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The cells after Name of pods and events.</summary>
internal static class PodRows
{
    /// <summary>Ready, Status, Restarts, Age, IP, Node, Nominated Node, Readiness Gates.</summary>
    public static IReadOnlyList<JsonNode?> Pod(JsonObject value, DateTimeOffset now)
    {
        var statuses = value.Children("status", "containerStatuses").ToList();
        var sidecars = value.Children("spec", "initContainers").Where(c => c.Text("restartPolicy") == "Always")
            .Select(c => c.Text("name")).ToHashSet(StringComparer.Ordinal);
        var sidecarStatuses = value.Children("status", "initContainerStatuses").Where(s => sidecars.Contains(s.Text("name"))).ToList();
        var counted = statuses.Concat(sidecarStatuses).ToList();
        var total = value.Children("spec", "containers").Count() + sidecars.Count;
        var restarts = counted.Sum(status => status.Number("restartCount") ?? 0);
        var lastRestart = counted.Select(status => status.Time("lastState", "terminated", "finishedAt")).Max();
        var restartText = restarts > 0 && lastRestart is { } last ? $"{Rows.Text(restarts)} ({HumanDuration.Of(now - last)} ago)" : Rows.Text(restarts);
        return
        [
            $"{Rows.Text(counted.Count(status => status.Flag("ready") == true))}/{Rows.Text(total)}", Status(value, statuses, sidecars), restartText,
            Rows.Age(value, now), value.Text("status", "podIP") ?? "<none>", value.Text("spec", "nodeName") ?? "<none>",
            value.Text("status", "nominatedNodeName") ?? "<none>", "<none>",
        ];
    }

    /// <summary>Last Seen, Type, Reason, Object, Subobject, Source, Message, First Seen, Count, Name, of the core form.</summary>
    public static IReadOnlyList<JsonNode?> Event(JsonObject value, DateTimeOffset now) => Event(
        value, now, value.Child("involvedObject"), value.Child("source"), value.Text("message"), value.Text("reportingComponent"),
        value.Time("firstTimestamp"), value.Time("lastTimestamp"), value.Number("count"));

    /// <summary>The same of the events.k8s.io form.</summary>
    public static IReadOnlyList<JsonNode?> EventsV1(JsonObject value, DateTimeOffset now) => Event(
        value, now, value.Child("regarding"), value.Child("deprecatedSource"), value.Text("note"), value.Text("reportingController"),
        value.Time("deprecatedFirstTimestamp"), value.Time("deprecatedLastTimestamp"), value.Number("deprecatedCount"));

    private static JsonNode?[] Event(
        JsonObject value, DateTimeOffset now, JsonObject? about, JsonObject? source, string? message, string? controller,
        DateTimeOffset? first, DateTimeOffset? last, long? count)
    {
        var firstSeen = first ?? value.Time("eventTime");
        var lastSeen = value.Time("series", "lastObservedTime") ?? last ?? firstSeen;
        var component = source.Text("component") is { Length: > 0 } name ? name : controller ?? "";
        var host = source.Text("host") is { Length: > 0 } machine ? machine : value.Text("reportingInstance") ?? "";
        return
        [
            HumanDuration.Since(lastSeen, now), value.Text("type") ?? "", value.Text("reason") ?? "",
            $"{about.Text("kind")?.ToLowerInvariant()}/{about.Text("name")}", about.Text("fieldPath") ?? "",
            host.Length == 0 ? component : $"{component}, {host}", message?.Trim() ?? "", HumanDuration.Since(firstSeen, now),
            value.Number("series", "count") ?? (count is > 0 ? count : 1), value.Text("metadata", "name"),
        ];
    }

    private static string Status(JsonObject pod, List<JsonObject> statuses, HashSet<string?> sidecars)
    {
        var reason = pod.Text("status", "reason") ?? pod.Text("status", "phase") ?? "Unknown";
        var initializing = false;
        var inits = pod.Children("spec", "initContainers").Count();
        var index = 0;
        foreach (var init in pod.Children("status", "initContainerStatuses"))
        {
            var done = init.Number("state", "terminated", "exitCode") == 0;
            var serving = sidecars.Contains(init.Text("name")) && init.Flag("started") == true;
            if (done || serving)
            {
                index++;
                continue;
            }
            initializing = true;
            if (init.Child("state", "terminated") is { } ended)
                reason = "Init:" + (ended.Text("reason") is { Length: > 0 } why ? why : $"ExitCode:{Rows.Text(ended.Number("exitCode"))}");
            else if (init.Text("state", "waiting", "reason") is { Length: > 0 } waiting and not "PodInitializing")
                reason = "Init:" + waiting;
            else
                reason = $"Init:{index}/{inits}";
            break;
        }
        if (!initializing || pod.Children("status", "conditions").Any(c => c.Text("type") == "Initialized" && c.Text("status") == "True"))
        {
            var running = false;
            foreach (var status in Enumerable.Reverse(statuses))
            {
                if (status.Text("state", "waiting", "reason") is { Length: > 0 } waiting)
                    reason = waiting;
                else if (status.Child("state", "terminated") is { } ended)
                    reason = ended.Text("reason") is { Length: > 0 } why ? why : $"ExitCode:{Rows.Text(ended.Number("exitCode"))}";
                else if (status.Flag("ready") == true && status.Child("state", "running") is not null)
                    running = true;
            }
            if (reason == "Completed" && running)
                reason = pod.Children("status", "conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True") ? "Running" : "NotReady";
        }
        if (pod.Text("metadata", "deletionTimestamp") is not null && pod.Text("status", "phase") is not ("Succeeded" or "Failed"))
            return "Terminating";
        return reason;
    }
}
