namespace Operator.Runtime.Health;

/// <summary>What a check found.</summary>
/// <param name="IsHealthy">Whether all is well.</param>
/// <param name="Description">What is wrong, for people to read; it is shown to whoever may reach the port.</param>
public readonly record struct HealthResult(bool IsHealthy, string? Description = null)
{
    /// <summary>All is well.</summary>
    public static HealthResult Healthy() => new(true);

    /// <summary>Something is wrong.</summary>
    public static HealthResult Unhealthy(string description) => new(false, description);
}
