namespace Operator.Contract;

/// <summary>All that one limiter knows: one message of the configuration stream, or all files of its mounted ConfigMaps together.</summary>
public sealed record LimiterConfiguration
{
    /// <summary>The transition count of the leader's lease that sent it; 0 for files.</summary>
    public long Epoch { get; init; }

    /// <summary>The deployments that this limiter serves.</summary>
    public required IReadOnlyList<DeploymentConfiguration> Deployments { get; init; }
}
