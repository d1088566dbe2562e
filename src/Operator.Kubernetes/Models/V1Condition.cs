using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>One aspect of an object's state, as an observation.</summary>
public sealed class V1Condition : KubernetesModel
{
    /// <summary>The aspect, such as <c>Ready</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string Status { get; set; } = "Unknown";

    /// <summary>The generation that the observation is about.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>When <see cref="Status"/> last changed; not when reason or message did.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>The cause in one CamelCase word.</summary>
    public string Reason { get; set; } = "";

    /// <summary>The cause for people to read; may be empty.</summary>
    public string Message { get; set; } = "";
}
