using System.Collections.Immutable;
using Operator.Contract;

namespace Operator.Rollouts.Measurements;

/// <summary>One start of a limiter, as it was last heard of.</summary>
internal sealed record LimiterSnapshot
{
    /// <summary>The start: 32 hex digits.</summary>
    public required string Instance { get; init; }

    /// <summary>The pod, as <c>namespace/name</c>.</summary>
    public required string Pod { get; init; }

    /// <summary>When its last report arrived.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>The configuration of the deployment that it applies; null when it does not apply one.</summary>
    public AppliedConfiguration? Applied { get; init; }

    /// <summary>Its sums when it was first heard of, by revision; zero for revisions that came later.</summary>
    public required ImmutableDictionary<string, MeasurementTotals> First { get; init; }

    /// <summary>Its sums now, by revision.</summary>
    public required ImmutableDictionary<string, MeasurementTotals> Last { get; init; }

    /// <summary>The instance as checkpoints name it.</summary>
    public string ShortInstance => Instance.Length <= 12 ? Instance : Instance[..12];
}

/// <summary>What is known of one deployment's limiters and measurements at one moment.</summary>
internal sealed record DeploymentMeasurements
{
    /// <summary>Nothing is known.</summary>
    public static DeploymentMeasurements None { get; } = new();

    /// <summary>Limiters that were heard of within the last minute.</summary>
    public ImmutableArray<LimiterSnapshot> Limiters { get; init; } = [];

    /// <summary>What was counted since this process began to listen, by revision: every increment once, whichever limiters are gone since.</summary>
    public ImmutableDictionary<string, MeasurementTotals> Heard { get; init; } = ImmutableDictionary<string, MeasurementTotals>.Empty;

    /// <summary>What was counted of a revision since this process began to listen.</summary>
    public MeasurementTotals Of(string? revision) =>
        revision is null ? MeasurementTotals.Zero : Heard.GetValueOrDefault(revision, MeasurementTotals.Zero);
}
