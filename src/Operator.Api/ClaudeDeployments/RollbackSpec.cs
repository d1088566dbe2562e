using System.Text.Json.Serialization;
using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>What happens when a gate fails.</summary>
[JsonConverter(typeof(NamedEnumConverter<OnFailure>))]
public enum OnFailure
{
    /// <summary>The new revision loses its traffic at once and is rejected.</summary>
    Automatic,

    /// <summary>The new revision keeps its weight, gets no more, and waits for a person.</summary>
    Hold,
}

/// <summary>What happens when a gate fails, and what stays ready for a rollback.</summary>
public sealed class RollbackSpec : KubernetesModel
{
    /// <summary>What happens when a gate fails.</summary>
    [Default("Automatic")]
    public OnFailure OnFailure { get; set; } = OnFailure.Automatic;

    /// <summary>Former stable revisions that stay loaded: going back to one of them needs no gates.</summary>
    public RollbackWindow? Window { get; set; }
}

/// <summary>How many former stable revisions stay ready, and for how long.</summary>
public sealed class RollbackWindow : KubernetesModel
{
    /// <summary>How many. 0 to 10, default 3.</summary>
    [RangeMinimum(0), RangeMaximum(Limits.WindowRevisions), Default(3)]
    public int? Revisions { get; set; }

    /// <summary>For how long after they ceased to be stable. Default 24h.</summary>
    [Default("24h")]
    public GoDuration? MaxAge { get; set; }
}
