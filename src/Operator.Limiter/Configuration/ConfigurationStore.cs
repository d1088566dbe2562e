using Operator.Contract;

namespace Operator.Limiter.Configuration;

/// <summary>
/// Holds what the limiter serves. A newer generation replaces an older one, whichever source it comes from; what is invalid, older or
/// for another namespace is refused and reported, and the last good one stays. Nothing is ever dropped because a source fell silent.
/// </summary>
internal sealed class ConfigurationStore
{
    private readonly Lock _gate = new();
    private readonly string? _podNamespace;
    private volatile LimiterSnapshot _current = LimiterSnapshot.Empty;

    /// <param name="podNamespace">The pod's namespace: a configuration of another is refused. Null accepts any.</param>
    public ConfigurationStore(string? podNamespace = null) => _podNamespace = podNamespace;

    /// <summary>Raised, outside of locks, after <see cref="Current"/> changed.</summary>
    public event Action<LimiterSnapshot>? Changed;

    /// <summary>What is served now.</summary>
    public LimiterSnapshot Current => _current;

    /// <summary>Takes or refuses a document.</summary>
    /// <param name="source">A file's name, or the operator.</param>
    /// <param name="document">JSON of a <see cref="DeploymentConfiguration"/>.</param>
    /// <returns>What was refused; null when it is in force now, or was already.</returns>
    public RefusedConfiguration? Apply(string source, ReadOnlySpan<byte> document)
    {
        var (configuration, errors) = ConfigurationReader.Read(document);
        return Apply(source, configuration, configuration is null ? DocumentIdentity.Of(document) : Identity(configuration), errors);
    }

    /// <summary>Takes or refuses a configuration.</summary>
    /// <param name="source">A file's name, or the operator.</param>
    /// <param name="configuration">The configuration.</param>
    /// <returns>What was refused; null when it is in force now, or was already.</returns>
    public RefusedConfiguration? Apply(string source, DeploymentConfiguration configuration) =>
        Apply(source, configuration, Identity(configuration), ConfigurationRules.Check(configuration));

    /// <summary>Records that a source could not be read at all.</summary>
    public RefusedConfiguration Refuse(string source, ConfigurationError error)
    {
        var refused = new RefusedConfiguration(source, null, null, [error]);
        Publish(source, null, refused);
        return refused;
    }

    /// <summary>Forgets what was refused of sources that are gone: nobody can correct it any more.</summary>
    public void Forget(Func<string, bool> isGone)
    {
        LimiterSnapshot changed;
        lock (_gate)
        {
            if (!_current.Refused.Any(r => isGone(r.Source))) return;
            _current = changed = new LimiterSnapshot(_current.Deployments, [.. _current.Refused.Where(r => !isGone(r.Source))]);
        }
        Changed?.Invoke(changed);
    }

    private static DocumentIdentity Identity(DeploymentConfiguration configuration) =>
        new($"{configuration.Namespace}/{configuration.Name}", configuration.Generation);

    private RefusedConfiguration? Apply(
        string source, DeploymentConfiguration? configuration, DocumentIdentity identity, IReadOnlyList<ConfigurationError> errors)
    {
        LimiterSnapshot? changed = null;
        RefusedConfiguration? refused = null;
        lock (_gate)
        {
            var held = configuration is null ? null : _current.Find(configuration.Name);
            if (errors.Count == 0) errors = Compare(configuration!, held);
            if (errors.Count > 0)
            {
                refused = new RefusedConfiguration(source, identity.Deployment, identity.Generation, errors);
            }
            var taken = refused is null && held?.Configuration.Generation != configuration!.Generation
                ? new ServedDeployment(configuration!, held)
                : null;
            changed = Next(source, taken, refused);
            if (changed is not null) _current = changed;
        }
        if (changed is not null) Changed?.Invoke(changed);
        return refused;
    }

    private void Publish(string source, ServedDeployment? taken, RefusedConfiguration? refused)
    {
        LimiterSnapshot? changed;
        lock (_gate)
        {
            changed = Next(source, taken, refused);
            if (changed is not null) _current = changed;
        }
        if (changed is not null) Changed?.Invoke(changed);
    }

    private IReadOnlyList<ConfigurationError> Compare(DeploymentConfiguration configuration, ServedDeployment? held)
    {
        if (_podNamespace is not null && configuration.Namespace != _podNamespace)
        {
            return [new("namespace", $"is {configuration.Namespace}, but this pod is in {_podNamespace}")];
        }
        if (held is null) return [];
        if (held.Configuration.Namespace != configuration.Namespace)
        {
            return [new("name", $"is also the name of {held.Key}, which is served")];
        }
        if (configuration.Generation < held.Configuration.Generation)
        {
            return [new("generation", $"{configuration.Generation} is older than {held.Configuration.Generation}, which is in force")];
        }
        return [];
    }

    /// <summary>The next snapshot, or null when nothing differs.</summary>
    private LimiterSnapshot? Next(string source, ServedDeployment? taken, RefusedConfiguration? refused)
    {
        var before = _current;
        var last = before.Refused.FirstOrDefault(r => r.Source == source);
        if (taken is null && refused is not null && last?.Because == refused.Because && last.Generation == refused.Generation) return null;
        var unchanged = before.Refused.Where(r => r.Source != source).ToList();
        if (refused is not null) unchanged.Add(refused);
        if (taken is null && refused is null && unchanged.Count == before.Refused.Count) return null;
        var deployments = before.Deployments;
        if (taken is not null)
        {
            deployments =
            [
                .. before.Deployments.Where(d => d.Configuration.Name != taken.Configuration.Name).Append(taken)
                    .OrderBy(d => d.Configuration.Name, StringComparer.Ordinal),
            ];
        }
        return new LimiterSnapshot(deployments, unchanged);
    }
}
