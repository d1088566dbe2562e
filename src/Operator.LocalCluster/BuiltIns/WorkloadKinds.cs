using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using static Operator.LocalCluster.BuiltIns.Kinds;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The kinds that run pods and watch over them.</summary>
internal static class WorkloadKinds
{
    /// <summary>The columns of kinds that keep a number of pods.</summary>
    public static IReadOnlyList<PrinterColumn> ReplicaColumns { get; } =
    [
        Column("Desired", "How many pods are wanted.", "integer"), Column("Current", "How many pods there are.", "integer"),
        Column("Ready", "How many pods are ready.", "integer"), Age, .. Template, Wide("Selector", "Which pods belong to it."),
    ];

    private static readonly ScaleDefinition Scale = new(".spec.replicas", ".status.replicas", null);

    /// <summary>The definitions.</summary>
    public static IEnumerable<ResourceDefinition> All =>
    [
        Workload("DaemonSet", "daemonsets", "ds", WorkloadRows.DaemonSet) with
        {
            Columns =
            [
                Column("Desired", "How many nodes should run the pod.", "integer"), Column("Current", "How many nodes run it.", "integer"),
                Column("Ready", "How many pods are ready.", "integer"), Column("Up-to-date", "How many pods follow the template.", "integer"),
                Column("Available", "How many pods are available.", "integer"), Column("Node Selector", "Labels that nodes must have."), Age,
                .. Template, Wide("Selector", "Which pods belong to it."),
            ],
        },
        Workload("Deployment", "deployments", "deploy", WorkloadRows.Deployment) with
        {
            Scale = Scale,
            Columns =
            [
                Column("Ready", "How many pods are ready, of how many."), Column("Up-to-date", "How many pods follow the template."),
                Column("Available", "How many pods are available."), Age, .. Template, Wide("Selector", "Which pods belong to it."),
            ],
        },
        Workload("ReplicaSet", "replicasets", "rs", WorkloadRows.ReplicaSet) with { Scale = Scale, Columns = ReplicaColumns },
        Workload("StatefulSet", "statefulsets", "sts", WorkloadRows.StatefulSet) with
        {
            Scale = Scale, Columns = [Column("Ready", "How many pods are ready, of how many."), Age, .. Template],
        },
        Define("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers",
            new BuiltInStrategy(TypeCatalog.Get("HorizontalPodAutoscaler")) { Row = WorkloadRows.Autoscaler }) with
        {
            ShortNames = ["hpa"], Categories = ["all"], HasStatus = true,
            Columns =
            [
                Column("Reference", "What is scaled."), Column("Targets", "The measured values, and the ones to reach."),
                Column("MinPods", "The fewest pods."), Column("MaxPods", "The most pods."), Column("Replicas", "How many pods there are."), Age,
            ],
        },
        Batch("CronJob", "cronjobs", WorkloadRows.CronJob) with
        {
            ShortNames = ["cj"],
            Columns =
            [
                Column("Schedule", "When jobs are created, in cron's notation."), Column("Timezone", "The time zone of the schedule."),
                Column("Suspend", "Whether no jobs are created.", "boolean"), Column("Active", "How many jobs run.", "integer"),
                Column("Last Schedule", "When a job was created last."), Age, .. Template, Wide("Selector", "Which pods belong to it."),
            ],
        },
        Batch("Job", "jobs", WorkloadRows.Job) with
        {
            SelectableFields = ["status.successful"],
            Columns =
            [
                Column("Status", "How far the job is."), Column("Completions", "How many pods have succeeded, of how many."),
                Column("Duration", "How long the job took."), Age, .. Template, Wide("Selector", "Which pods belong to it."),
            ],
        },
        Define("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets",
            new BuiltInStrategy(TypeCatalog.Get("PodDisruptionBudget")) { CountsGenerations = true, Unconditional = false, Row = Rows.DisruptionBudget }) with
        {
            ShortNames = ["pdb"], HasStatus = true,
            Columns =
            [
                Column("Min Available", "How many pods must stay."), Column("Max Unavailable", "How many pods may be missing."),
                Column("Allowed Disruptions", "How many pods may be disrupted now.", "integer"), Age,
            ],
        },
    ];

    private static ResourceDefinition Workload(
        string kind, string plural, string shortName, Func<JsonObject, DateTimeOffset, IReadOnlyList<JsonNode?>> row) =>
        Define("apps", "v1", kind, plural, new WorkloadStrategy(kind) { CountsGenerations = true, Row = row }) with
        {
            ShortNames = [shortName], Categories = ["all"], HasStatus = true,
        };

    private static ResourceDefinition Batch(string kind, string plural, Func<JsonObject, DateTimeOffset, IReadOnlyList<JsonNode?>> row) =>
        Define("batch", "v1", kind, plural, new JobStrategy(kind) { CountsGenerations = true, Row = row }) with
        {
            Categories = ["all"], HasStatus = true,
        };
}
