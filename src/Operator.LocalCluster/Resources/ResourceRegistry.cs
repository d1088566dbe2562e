using System.Collections.Immutable;

namespace Operator.LocalCluster.Resources;

/// <summary>The served resources. Readers see one consistent set; the order is that of registration.</summary>
internal sealed class ResourceRegistry : IResourceRegistry
{
    private readonly Lock _gate = new();
    private volatile Snapshot _snapshot = new([], ImmutableDictionary<(string, string, string), ResourceDefinition>.Empty, 0);

    /// <inheritdoc/>
    public event Action? Changed;

    /// <summary>Raised with the storage key of a resource before it is served for the first time or again.</summary>
    public event Action<string>? Served;

    /// <inheritdoc/>
    public IReadOnlyCollection<ResourceDefinition> Definitions => _snapshot.Ordered;

    /// <summary>Grows with every change of the set: what is built from the set is cached under it.</summary>
    public long Generation => _snapshot.Generation;

    /// <summary>The resource that a path names, or null.</summary>
    public ResourceDefinition? Find(string group, string version, string plural) =>
        _snapshot.ByPath.GetValueOrDefault((group, version, plural));

    /// <summary>The preferred version of a resource, or null.</summary>
    public ResourceDefinition? Find(string group, string plural)
    {
        foreach (var definition in _snapshot.Ordered)
            if (definition.Plural == plural && definition.Group == group) return definition;
        return null;
    }

    /// <inheritdoc/>
    public void Replace(string group, string plural, IReadOnlyList<ResourceDefinition> versions)
    {
        if (versions.FirstOrDefault(v => v.Group != group || v.Plural != plural) is { } wrong)
            throw new ArgumentException($"{wrong.QualifiedName} is not a version of {plural} in group '{group}'.", nameof(versions));
        Change(group, plural, versions);
    }

    /// <inheritdoc/>
    public void Remove(string group, string plural) => Change(group, plural, []);

    private void Change(string group, string plural, IReadOnlyList<ResourceDefinition> versions)
    {
        lock (_gate)
        {
            var old = _snapshot;
            if (versions.Count > 0 && !old.Ordered.Any(d => d.Group == group && d.Plural == plural)) Served?.Invoke(versions[0].StorageKey);
            var position = old.Ordered.TakeWhile(d => d.Group != group || d.Plural != plural).Count();
            var rest = old.Ordered.RemoveAll(d => d.Group == group && d.Plural == plural);
            var ordered = rest.InsertRange(Math.Min(position, rest.Length), versions);
            _snapshot = new Snapshot(
                ordered, ordered.ToImmutableDictionary(d => (d.Group, d.Version, d.Plural)), old.Generation + 1);
        }
        Changed?.Invoke();
    }

    private sealed record Snapshot(
        ImmutableArray<ResourceDefinition> Ordered,
        ImmutableDictionary<(string Group, string Version, string Plural), ResourceDefinition> ByPath,
        long Generation);
}
