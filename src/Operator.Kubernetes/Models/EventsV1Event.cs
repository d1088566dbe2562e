using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>A report that something happened to an object.</summary>
[KubernetesEntity(Group = "events.k8s.io", ApiVersion = "v1", Kind = "Event", PluralName = "events")]
public sealed class EventsV1Event : KubernetesObject
{
    /// <summary>When it happened first; required for new events.</summary>
    [JsonConverter(typeof(KubernetesMicroTimeConverter))]
    public DateTimeOffset? EventTime { get; set; }

    /// <summary>Repetitions; null for a single event.</summary>
    public EventsV1EventSeries? Series { get; set; }

    /// <summary>Who reports, such as <c>claudeops.dev/operator</c>.</summary>
    public string? ReportingController { get; set; }

    /// <summary>Which instance of it.</summary>
    public string? ReportingInstance { get; set; }

    /// <summary>What was done, in one CamelCase word.</summary>
    public string? Action { get; set; }

    /// <summary>Why, in one CamelCase word; at most 128 characters.</summary>
    public string? Reason { get; set; }

    /// <summary>The object that it is about.</summary>
    public V1ObjectReference? Regarding { get; set; }

    /// <summary>A second object in it.</summary>
    public V1ObjectReference? Related { get; set; }

    /// <summary>What happened, for people to read; at most 1024 bytes.</summary>
    public string? Note { get; set; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The reporter in the core API's form.</summary>
    public JsonElement? DeprecatedSource { get; set; }

    /// <summary>The first time in the core API's form.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? DeprecatedFirstTimestamp { get; set; }

    /// <summary>The last time in the core API's form.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? DeprecatedLastTimestamp { get; set; }

    /// <summary>The count in the core API's form.</summary>
    public int? DeprecatedCount { get; set; }
}

/// <summary>Repetitions of an event.</summary>
public sealed class EventsV1EventSeries : KubernetesModel
{
    /// <summary>How often it happened; at least 2.</summary>
    public int Count { get; set; }

    /// <summary>When it happened last.</summary>
    [JsonConverter(typeof(KubernetesMicroTimeConverter))]
    public DateTimeOffset? LastObservedTime { get; set; }
}
