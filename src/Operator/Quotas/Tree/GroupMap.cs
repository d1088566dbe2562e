using Operator.Catalog;

namespace Operator.Quotas;

/// <summary>
/// Which models of an organization share a limit. The catalogue says so until the administration endpoint does: its groups keep the
/// catalogue's id where both mean the same group, and have the provider's id otherwise.
/// </summary>
public sealed class GroupMap
{
    private readonly Dictionary<string, string> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _models = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObservedGroup> _observed = new(StringComparer.Ordinal);
    private readonly ModelCatalog _catalog;

    /// <param name="catalog">The catalogue.</param>
    /// <param name="observed">Groups of the administration endpoint; null while it was not read.</param>
    public GroupMap(ModelCatalog catalog, IReadOnlyList<ObservedGroup>? observed)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        _catalog = catalog;
        var named = (observed ?? []).Select(g => (Group: g, Models: g.Models.Select(Canonical).Distinct(StringComparer.Ordinal).ToList())).ToList();
        var claims = named.SelectMany(n => n.Models.Select(CatalogGroup).OfType<string>().Distinct(StringComparer.Ordinal)).CountBy(g => g).ToDictionary();
        foreach (var (group, models) in named)
        {
            var own = models.Select(CatalogGroup).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
            var id = own is [var single] && claims[single] == 1 ? single : group.Id;
            _observed[id] = group;
            foreach (var model in models) _groups.TryAdd(model, id);
        }
        foreach (var model in catalog.Models) _groups.TryAdd(model.Id, model.Group);
        foreach (var (model, group) in _groups)
        {
            if (!_models.TryGetValue(group, out var list)) _models[group] = list = [];
            list.Add(model);
        }
        Groups = [.. catalog.Groups.Select(g => g.Id).Where(_models.ContainsKey).Union(_models.Keys.Order(StringComparer.Ordinal))];
    }

    /// <summary>All groups that have models.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>The group of a model id or alias; null when neither catalogue nor endpoint has the model.</summary>
    public string? GroupOf(string model) => _groups.GetValueOrDefault(Canonical(model));

    /// <summary>The models of a group, without aliases.</summary>
    public IReadOnlyList<string> ModelsOf(string group) => _models.TryGetValue(group, out var models) ? models : [];

    /// <summary>What the endpoint lists for a group; null when it lists nothing.</summary>
    internal ObservedGroup? ObservedOf(string group) => _observed.GetValueOrDefault(group);

    /// <summary>What the provider publishes for the group; null where the group is not the catalogue's.</summary>
    internal ModelGroup? PublishedOf(string group) => _catalog.FindGroup(group);

    private string Canonical(string model) => _catalog.Find(model)?.Model.Id ?? model;

    private string? CatalogGroup(string model) => _catalog.Find(model)?.Model.Group;
}
