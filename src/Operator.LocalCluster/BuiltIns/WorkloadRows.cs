using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The cells after Name of the kinds that run pods.</summary>
internal static class WorkloadRows
{
    private const string Unknown = "<unknown>";

    /// <summary>Ready, Up-to-date, Available, Age, Containers, Images, Selector.</summary>
    public static IReadOnlyList<JsonNode?> Deployment(JsonObject value, DateTimeOffset now) =>
    [
        $"{Rows.Text(value.Number("status", "readyReplicas"))}/{Rows.Text(value.Number("spec", "replicas"))}",
        value.Number("status", "updatedReplicas") ?? 0, value.Number("status", "availableReplicas") ?? 0, Rows.Age(value, now),
        .. Containers(value.Child("spec", "template", "spec")), Rows.Selector(value.Child("spec", "selector")),
    ];

    /// <summary>Desired, Current, Ready, Age, Containers, Images, Selector.</summary>
    public static IReadOnlyList<JsonNode?> ReplicaSet(JsonObject value, DateTimeOffset now) =>
    [
        value.Number("spec", "replicas") ?? 0, value.Number("status", "replicas") ?? 0, value.Number("status", "readyReplicas") ?? 0,
        Rows.Age(value, now), .. Containers(value.Child("spec", "template", "spec")), Rows.Selector(value.Child("spec", "selector")),
    ];

    /// <summary>The same with a plain map as selector.</summary>
    public static IReadOnlyList<JsonNode?> ReplicationController(JsonObject value, DateTimeOffset now) =>
        [.. ReplicaSet(value, now).SkipLast(1), Rows.Labels(value.Child("spec", "selector"))];

    /// <summary>Reference, Targets, MinPods, MaxPods, Replicas, Age.</summary>
    public static IReadOnlyList<JsonNode?> Autoscaler(JsonObject value, DateTimeOffset now)
    {
        var metrics = value.Children("spec", "metrics").Select((metric, index) => Target(metric, value.Children("status", "currentMetrics").ElementAtOrDefault(index)));
        var targets = string.Join(", ", metrics);
        return
        [
            $"{value.Text("spec", "scaleTargetRef", "kind")}/{value.Text("spec", "scaleTargetRef", "name")}", targets.Length == 0 ? "<none>" : targets,
            Rows.Text(value.Number("spec", "minReplicas") ?? 1), Rows.Text(value.Number("spec", "maxReplicas")),
            value.Number("status", "currentReplicas") ?? 0, Rows.Age(value, now),
        ];
    }

    /// <summary>Ready, Age, Containers, Images.</summary>
    public static IReadOnlyList<JsonNode?> StatefulSet(JsonObject value, DateTimeOffset now) =>
    [
        $"{Rows.Text(value.Number("status", "readyReplicas"))}/{Rows.Text(value.Number("spec", "replicas"))}", Rows.Age(value, now),
        .. Containers(value.Child("spec", "template", "spec")),
    ];

    /// <summary>Desired, Current, Ready, Up-to-date, Available, Node Selector, Age, Containers, Images, Selector.</summary>
    public static IReadOnlyList<JsonNode?> DaemonSet(JsonObject value, DateTimeOffset now) =>
    [
        value.Number("status", "desiredNumberScheduled") ?? 0, value.Number("status", "currentNumberScheduled") ?? 0,
        value.Number("status", "numberReady") ?? 0, value.Number("status", "updatedNumberScheduled") ?? 0,
        value.Number("status", "numberAvailable") ?? 0, Rows.Labels(value.Child("spec", "template", "spec", "nodeSelector")),
        Rows.Age(value, now), .. Containers(value.Child("spec", "template", "spec")), Rows.Selector(value.Child("spec", "selector")),
    ];

    /// <summary>Status, Completions, Duration, Age, Containers, Images, Selector.</summary>
    public static IReadOnlyList<JsonNode?> Job(JsonObject value, DateTimeOffset now)
    {
        var succeeded = Rows.Text(value.Number("status", "succeeded"));
        var parallelism = value.Number("spec", "parallelism") ?? 1;
        var completions = value.Number("spec", "completions") is { } wanted
            ? $"{succeeded}/{Rows.Text(wanted)}"
            : parallelism > 1 ? $"{succeeded}/1 of {Rows.Text(parallelism)}" : $"{succeeded}/1";
        var start = value.Time("status", "startTime");
        var duration = start is null ? "" : HumanDuration.Of((value.Time("status", "completionTime") ?? now) - start.Value);
        return
        [
            JobStatus(value), completions, duration, Rows.Age(value, now), .. Containers(value.Child("spec", "template", "spec")),
            Rows.Selector(value.Child("spec", "selector")),
        ];
    }

    /// <summary>Schedule, Timezone, Suspend, Active, Last Schedule, Age, Containers, Images, Selector.</summary>
    public static IReadOnlyList<JsonNode?> CronJob(JsonObject value, DateTimeOffset now) =>
    [
        value.Text("spec", "schedule") ?? "", value.Text("spec", "timeZone") ?? "<none>",
        value.Flag("spec", "suspend") == true ? "True" : "False", value.Children("status", "active").Count(),
        value.Time("status", "lastScheduleTime") is { } last ? HumanDuration.Of(now - last) : "<none>", Rows.Age(value, now),
        .. Containers(value.Child("spec", "jobTemplate", "spec", "template", "spec")),
        Rows.Selector(value.Child("spec", "jobTemplate", "spec", "selector")),
    ];

    /// <summary>One metric of an autoscaler: <c>cpu: 30%/80%</c>, <c>&lt;unknown&gt;/1k (avg)</c>.</summary>
    private static string Target(JsonObject metric, JsonObject? measured)
    {
        var source = metric.Text("type") is { Length: > 0 } type ? char.ToLowerInvariant(type[0]) + type[1..] : "";
        var named = source is "resource" or "containerResource" ? metric.Text(source, "name") + ": " : "";
        var (target, current) = (metric.Child(source, "target"), measured.Child(source, "current"));
        if (target.Number("averageUtilization") is { } share)
            return $"{named}{(current.Number("averageUtilization") is { } used ? Rows.Text(used) + "%" : Unknown)}/{Rows.Text(share)}%";
        return target.Text("averageValue") is { } average
            ? $"{named}{current.Text("averageValue") ?? Unknown}/{average}{(named.Length == 0 ? " (avg)" : "")}"
            : $"{named}{current.Text("value") ?? Unknown}/{target.Text("value") ?? "<auto>"}";
    }

    private static string JobStatus(JsonObject value)
    {
        bool Has(string type) => value.Children("status", "conditions").Any(c => c.Text("type") == type && c.Text("status") == "True");
        if (Has("Complete")) return "Complete";
        if (Has("Failed")) return "Failed";
        if (value.Text("metadata", "deletionTimestamp") is not null) return "Terminating";
        if (Has("Suspended")) return "Suspended";
        if (Has("FailureTarget")) return "FailureTarget";
        return Has("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
    }

    private static IEnumerable<JsonNode?> Containers(JsonObject? podSpec)
    {
        var containers = podSpec.Children("containers").ToList();
        yield return string.Join(',', containers.Select(container => container.Text("name")));
        yield return string.Join(',', containers.Select(container => container.Text("image")));
    }
}
