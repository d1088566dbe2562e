using System.Collections.Frozen;
using Operator.Contract;

namespace Operator.Limiter.Configuration;

/// <summary>A deployment as requests see it: immutable, looked up without locks.</summary>
internal sealed class ServedDeployment
{
    private readonly FrozenDictionary<string, ServedRevision> _revisions;
    private readonly FrozenDictionary<string, ModelConfiguration> _models;

    /// <summary>Prepares a configuration that passed its rules.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="previous">What it replaces; null for the first.</param>
    public ServedDeployment(DeploymentConfiguration configuration, ServedDeployment? previous)
    {
        Configuration = configuration;
        Key = $"{configuration.Namespace}/{configuration.Name}";
        QuotaKey = $"{configuration.Quota.Namespace}/{configuration.Quota.Name}";
        var models = new Dictionary<string, ModelConfiguration>(StringComparer.Ordinal);
        foreach (var model in configuration.Models)
        {
            foreach (var id in model.Aliases.Prepend(model.Id)) models[id] = model;
        }
        _models = models.ToFrozenDictionary(StringComparer.Ordinal);
        var revisions = new Dictionary<string, ServedRevision>(StringComparer.Ordinal);
        foreach (var revision in configuration.Standby.Append(configuration.Canary).Append(configuration.Stable))
        {
            if (revision is not null) revisions[revision.Revision] = new ServedRevision(revision, models[revision.Model]);
        }
        _revisions = revisions.ToFrozenDictionary(StringComparer.Ordinal);
        Stable = configuration.Stable is { } stable ? revisions[stable.Revision] : null;
        Canary = configuration.Canary is { } canary ? revisions[canary.Revision] : null;
        Continued = ContinuedAfter(previous);
    }

    /// <summary>As it was configured.</summary>
    public DeploymentConfiguration Configuration { get; }

    /// <summary><c>namespace/name</c>.</summary>
    public string Key { get; }

    /// <summary>The quota, as <c>namespace/name</c>.</summary>
    public string QuotaKey { get; }

    /// <summary>The stable revision; null until there is one.</summary>
    public ServedRevision? Stable { get; }

    /// <summary>The canary; null when there is none.</summary>
    public ServedRevision? Canary { get; }

    /// <summary>
    /// Former stable revisions in standby whose conversations go on: a promotion replaced them. A rollback empties this, because it wins
    /// over stickiness.
    /// </summary>
    public FrozenSet<string> Continued { get; }

    /// <summary>A revision that this limiter holds in any role; null for others.</summary>
    public ServedRevision? Revision(string id) => _revisions.GetValueOrDefault(id);

    /// <summary>A declared model by its id or an alias; null for others.</summary>
    public ModelConfiguration? Model(string id) => _models.GetValueOrDefault(id);

    private FrozenSet<string> ContinuedAfter(ServedDeployment? previous)
    {
        if (previous is null) return FrozenSet<string>.Empty;
        IEnumerable<string> continued = previous.Continued;
        if (previous.Stable is { } before && before.Id != Stable?.Id)
        {
            if (Stable is null || Stable.Id != previous.Canary?.Id) return FrozenSet<string>.Empty;
            continued = continued.Append(before.Id);
        }
        var standby = Configuration.Standby.Select(s => s.Revision).ToHashSet(StringComparer.Ordinal);
        return continued.Where(standby.Contains).ToFrozenSet(StringComparer.Ordinal);
    }
}
