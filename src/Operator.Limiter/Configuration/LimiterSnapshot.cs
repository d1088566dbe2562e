using System.Collections.Frozen;

namespace Operator.Limiter.Configuration;

/// <summary>All that a limiter serves at one moment. Immutable: a request uses the one it started with to its end.</summary>
internal sealed class LimiterSnapshot
{
    private readonly FrozenDictionary<string, ServedDeployment> _byName;

    public LimiterSnapshot(IReadOnlyList<ServedDeployment> deployments, IReadOnlyList<RefusedConfiguration> refused)
    {
        Deployments = deployments;
        Refused = refused;
        _byName = deployments.ToFrozenDictionary(d => d.Configuration.Name, StringComparer.Ordinal);
    }

    /// <summary>Nothing.</summary>
    public static LimiterSnapshot Empty { get; } = new([], []);

    /// <summary>The deployments, by name.</summary>
    public IReadOnlyList<ServedDeployment> Deployments { get; }

    /// <summary>The last configuration of each source that was refused and not corrected since.</summary>
    public IReadOnlyList<RefusedConfiguration> Refused { get; }

    /// <summary>The only deployment; null when there are none or several.</summary>
    public ServedDeployment? Only => Deployments.Count == 1 ? Deployments[0] : null;

    /// <summary>A deployment by its name; null for others.</summary>
    public ServedDeployment? Find(string name) => _byName.GetValueOrDefault(name);
}
