using System.Collections.Immutable;
using Operator.Api;
using Operator.Contract;

namespace Operator.Rollouts.Configuration;

/// <summary>Everything that a limiter configuration is rendered from.</summary>
internal sealed record ConfigurationInput
{
    /// <summary>The deployment's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The deployment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The valid spec.</summary>
    public required ClaudeDeploymentSpec Spec { get; init; }

    /// <summary>What was decided.</summary>
    public required DesiredConfiguration Desired { get; init; }

    /// <summary>The contents at hand, by revision.</summary>
    public required ImmutableDictionary<string, RevisionConfiguration> Contents { get; init; }

    /// <summary>The budget.</summary>
    public required QuotaConfiguration Quota { get; init; }

    /// <summary>What is known of models; those that are not needed are left out.</summary>
    public required IReadOnlyList<ModelConfiguration> Models { get; init; }

    /// <summary>The generation to carry.</summary>
    public required long Generation { get; init; }
}
