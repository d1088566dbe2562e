using System.Text.Json.Serialization;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Api;

/// <summary>A revision that failed.</summary>
public sealed class RejectedRevision : KubernetesModel
{
    /// <summary>The revision.</summary>
    public string Revision { get; set; } = "";

    /// <summary>The gate or the cause, in one CamelCase word.</summary>
    public string Reason { get; set; } = "";

    /// <summary>What was measured, in a sentence.</summary>
    public string? Message { get; set; }

    /// <summary>How often the revision was tried, this time included, less one.</summary>
    public int? Attempt { get; set; }

    /// <summary>When.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? At { get; set; }
}

/// <summary>What became of a revision.</summary>
[JsonConverter(typeof(StatusEnumConverter<Outcome>))]
public enum Outcome
{
    /// <summary>It became stable.</summary>
    Promoted,

    /// <summary>It failed and lost its traffic.</summary>
    RolledBack,

    /// <summary>The spec changed before it was decided.</summary>
    Cancelled,

    /// <summary>A person stopped it.</summary>
    Aborted,
}

/// <summary>What became of a revision, with what is needed to go back to it.</summary>
public sealed class HistoryEntry : KubernetesModel
{
    /// <summary>The revision.</summary>
    public string Revision { get; set; } = "";

    /// <summary>Its model.</summary>
    public string? Model { get; set; }

    /// <summary>Its prompt version.</summary>
    public string? PromptVersion { get; set; }

    /// <summary>The SHA-256 of its prompt's content.</summary>
    public string? PromptDigest { get; set; }

    /// <summary>When it came into its last role.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? Since { get; set; }

    /// <summary>What became of it.</summary>
    public Outcome Outcome { get; set; }

    /// <summary>Why, in a sentence.</summary>
    public string? Message { get; set; }

    /// <summary>When.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? At { get; set; }

    /// <summary>Of a promoted revision: when it ceased to be stable; null while it is.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? SupersededAt { get; set; }
}

/// <summary>A decision of the operator.</summary>
public sealed class DecisionRecord : KubernetesModel
{
    /// <summary>What was decided, in one CamelCase word, such as <c>StartStep</c>.</summary>
    public string What { get; set; } = "";

    /// <summary>Why, in a sentence that names the measurements.</summary>
    public string Why { get; set; } = "";

    /// <summary>When.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? At { get; set; }
}

/// <summary>A command that was acted on.</summary>
public sealed class CommandRecord : KubernetesModel
{
    /// <summary>The annotation without its prefix, such as <c>promote</c>.</summary>
    public string Command { get; set; } = "";

    /// <summary>The annotation's whole value.</summary>
    public string Value { get; set; } = "";

    /// <summary>When it was acted on.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? At { get; set; }
}
