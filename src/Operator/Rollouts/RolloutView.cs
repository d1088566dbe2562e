using System.Collections.Immutable;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;
using Operator.Rollouts.Gates;
using Operator.Rollouts.Measurements;
using Operator.Rollouts.Revisions;
using Operator.Runtime.Caching;

namespace Operator.Rollouts;

/// <summary>Everything that one reconcile saw, at one moment.</summary>
internal sealed record RolloutView
{
    /// <summary>The deployment.</summary>
    public required ClaudeDeployment Deployment { get; init; }

    /// <summary>The deployment's key.</summary>
    public required ObjectKey Key { get; init; }

    /// <summary>The time, in whole seconds.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What this process keeps of it.</summary>
    public required RolloutSession Session { get; init; }

    /// <summary>The spec that is acted on: the declared one, or the last valid one where that is not.</summary>
    public required ClaudeDeploymentSpec Spec { get; init; }

    /// <summary>Its plan.</summary>
    public required RolloutPlan Plan { get; init; }

    /// <summary>Why the declared spec is not acted on; null when it is.</summary>
    public string? Invalid { get; init; }

    /// <summary>Why validation refuses the declared model as retired; null when it does not.</summary>
    public string? Retired { get; init; }

    /// <summary>The record.</summary>
    public required RolloutState State { get; init; }

    /// <summary>What was measured.</summary>
    public required DeploymentMeasurements Measured { get; init; }

    /// <summary>The limiter ConfigMap; null when there is none.</summary>
    public HeldConfigMap? Limiter { get; init; }

    /// <summary>The version of the limiter ConfigMap in the cache; null when it shows none.</summary>
    public string? CachedVersion { get; init; }

    /// <summary>The revision ConfigMaps of this very deployment.</summary>
    public ImmutableArray<V1ConfigMap> RevisionMaps { get; init; } = [];

    /// <summary>Revision ConfigMaps that do not hold what they say, with the cause.</summary>
    public ImmutableArray<(V1ConfigMap Map, string Problem)> Broken { get; init; } = [];

    /// <summary>The contents at hand, by revision.</summary>
    public required ImmutableDictionary<string, RevisionConfiguration> Contents { get; init; }

    /// <summary>The prompt; null when it was not looked for.</summary>
    public PromptResolution? Prompt { get; init; }

    /// <summary>The declared revision; null when it is not resolved.</summary>
    public RevisionConfiguration? Target { get; init; }

    /// <summary>The quota and the models.</summary>
    public required RolloutBudget Budget { get; init; }

    /// <summary>What limiters acknowledged.</summary>
    public required Acknowledgement Acknowledged { get; init; }

    /// <summary>The eval runs of the deployment.</summary>
    public ImmutableArray<ClaudeEvalRun> EvalRuns { get; init; } = [];

    /// <summary>What live gates say, without intervals.</summary>
    public ImmutableDictionary<string, GateEvaluation> Live { get; init; } = ImmutableDictionary<string, GateEvaluation>.Empty;

    /// <summary>What the decision is made from.</summary>
    public required RolloutObservation Observation { get; init; }
}
