using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>Pods that run to their end.</summary>
[KubernetesEntity(Group = "batch", ApiVersion = "v1", Kind = "Job", PluralName = "jobs")]
public sealed class V1Job : KubernetesObject, ISpec<V1JobSpec>
{
    /// <summary>What runs, how often and for how long.</summary>
    public V1JobSpec Spec { get; set; } = new();

    /// <summary>How far it is.</summary>
    public V1JobStatus? Status { get; set; }
}

/// <summary>The jobs that a CronJob makes.</summary>
public sealed class V1JobTemplateSpec : KubernetesModel
{
    /// <summary>Labels and annotations of the jobs.</summary>
    public V1ObjectMeta? Metadata { get; set; }

    /// <summary>What they run.</summary>
    public V1JobSpec? Spec { get; set; }
}

/// <summary>What a job runs, how often and for how long.</summary>
public sealed class V1JobSpec : KubernetesModel
{
    /// <summary>Its pods.</summary>
    public V1PodTemplateSpec? Template { get; set; }

    /// <summary>How many pods run at a time.</summary>
    public int? Parallelism { get; set; }

    /// <summary>How many must succeed.</summary>
    public int? Completions { get; set; }

    /// <summary><c>NonIndexed</c> or <c>Indexed</c>.</summary>
    public string? CompletionMode { get; set; }

    /// <summary>Failures before the job has failed.</summary>
    public int? BackoffLimit { get; set; }

    /// <summary>Seconds after which the job has failed.</summary>
    public long? ActiveDeadlineSeconds { get; set; }

    /// <summary>Seconds after its end when it is deleted; null for never.</summary>
    public int? TtlSecondsAfterFinished { get; set; }

    /// <summary>Whether it waits.</summary>
    public bool? Suspend { get; set; }

    /// <summary>Its pods; set by the server.</summary>
    public V1LabelSelector? Selector { get; set; }

    /// <summary>Whether the selector was set by hand.</summary>
    public bool? ManualSelector { get; set; }

    /// <summary>Which failures count, as the API writes it.</summary>
    public JsonElement? PodFailurePolicy { get; set; }

    /// <summary><c>TerminatingOrFailed</c> or <c>Failed</c>.</summary>
    public string? PodReplacementPolicy { get; set; }
}

/// <summary>How far a job is.</summary>
public sealed class V1JobStatus : KubernetesModel
{
    /// <summary><c>Complete</c> and <c>Failed</c>, among others.</summary>
    public IList<V1JobCondition>? Conditions { get; set; }

    /// <summary>When it was started.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? StartTime { get; set; }

    /// <summary>When it succeeded.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? CompletionTime { get; set; }

    /// <summary>Pods that run.</summary>
    public int? Active { get; set; }

    /// <summary>Pods that are ready.</summary>
    public int? Ready { get; set; }

    /// <summary>Pods that succeeded.</summary>
    public int? Succeeded { get; set; }

    /// <summary>Pods that failed.</summary>
    public int? Failed { get; set; }

    /// <summary>Pods that are ending.</summary>
    public int? Terminating { get; set; }

    /// <summary>Pods whose end is not yet counted, as the API writes them.</summary>
    public JsonElement? UncountedTerminatedPods { get; set; }
}

/// <summary>One aspect of a job's state.</summary>
public sealed class V1JobCondition : KubernetesModel
{
    /// <summary>The aspect, such as <c>Complete</c>.</summary>
    public string? Type { get; set; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string? Status { get; set; }

    /// <summary>When it was last looked at.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastProbeTime { get; set; }

    /// <summary>When the status last changed.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>The cause in one CamelCase word.</summary>
    public string? Reason { get; set; }

    /// <summary>The cause for people to read.</summary>
    public string? Message { get; set; }
}

/// <summary>Jobs that are made on a schedule.</summary>
[KubernetesEntity(Group = "batch", ApiVersion = "v1", Kind = "CronJob", PluralName = "cronjobs")]
public sealed class V1CronJob : KubernetesObject, ISpec<V1CronJobSpec>
{
    /// <summary>The schedule and the jobs.</summary>
    public V1CronJobSpec Spec { get; set; } = new();

    /// <summary>When it last ran.</summary>
    public V1CronJobStatus? Status { get; set; }
}

/// <summary>A schedule and its jobs.</summary>
public sealed class V1CronJobSpec : KubernetesModel
{
    /// <summary>When, in cron's form.</summary>
    public string? Schedule { get; set; }

    /// <summary>The time zone of the schedule.</summary>
    public string? TimeZone { get; set; }

    /// <summary>The jobs.</summary>
    public V1JobTemplateSpec? JobTemplate { get; set; }

    /// <summary>Whether it waits.</summary>
    public bool? Suspend { get; set; }

    /// <summary><c>Allow</c>, <c>Forbid</c> or <c>Replace</c>.</summary>
    public string? ConcurrencyPolicy { get; set; }

    /// <summary>How late a job may start.</summary>
    public long? StartingDeadlineSeconds { get; set; }

    /// <summary>Jobs that are kept after success.</summary>
    public int? SuccessfulJobsHistoryLimit { get; set; }

    /// <summary>Jobs that are kept after failure.</summary>
    public int? FailedJobsHistoryLimit { get; set; }
}

/// <summary>When a CronJob last ran.</summary>
public sealed class V1CronJobStatus : KubernetesModel
{
    /// <summary>Jobs that run.</summary>
    public IList<V1ObjectReference>? Active { get; set; }

    /// <summary>When a job was last made.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastScheduleTime { get; set; }

    /// <summary>When a job last succeeded.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastSuccessfulTime { get; set; }
}
