using System.Text.Json.Serialization;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Api;

/// <summary>What a gate says of a revision.</summary>
[JsonConverter(typeof(StatusEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The gate is met.</summary>
    Pass,

    /// <summary>Harm is shown; the only verdict that rolls back.</summary>
    Fail,

    /// <summary>Not decided yet.</summary>
    Continue,

    /// <summary>Too few measurements to decide.</summary>
    InsufficientData,

    /// <summary>The evaluation itself went wrong; says nothing about the revision.</summary>
    EvaluatorError,
}

/// <summary>One gate with what it measured.</summary>
public sealed class GateStatus : KubernetesModel
{
    /// <summary>The gate's name; a live gate is named by its metric.</summary>
    public string Name { get; set; } = "";

    /// <summary>The verdict on the present revision.</summary>
    public Verdict Verdict { get; set; } = Verdict.Continue;

    /// <summary>The best guess of what is measured, with its unit.</summary>
    public string? Estimate { get; set; }

    /// <summary>The interval that holds the truth with the gate's confidence, such as <c>[0.2%, 1.4%]</c>.</summary>
    public string? Interval { get; set; }

    /// <summary>How many requests or cases were counted.</summary>
    public long? Samples { get; set; }

    /// <summary>The bound that the interval is held against.</summary>
    public string? Threshold { get; set; }

    /// <summary>The verdict in a sentence.</summary>
    public string? Message { get; set; }

    /// <summary>The revision that the verdict is about.</summary>
    public string? Revision { get; set; }

    /// <summary>When the verdict last changed.</summary>
    [JsonConverter(typeof(KubernetesTimeConverter))]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Live gates: the cumulative counts behind the verdict, so that a restart neither forgets nor counts twice.</summary>
    public IDictionary<string, long>? Counts { get; set; }
}

/// <summary>An eval run of the present revision.</summary>
public sealed class EvalRunReference : KubernetesModel
{
    /// <summary>The ClaudeEvalRun's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The gate that asked for it.</summary>
    public string Gate { get; set; } = "";

    /// <summary>The run's verdict; null while it runs.</summary>
    public Verdict? Verdict { get; set; }
}
