using System.Collections.Frozen;
using System.Reflection;
using Operator.Contract;

namespace Operator.Catalog;

/// <summary>The models, their groups, prices, rules and dates. Immutable.</summary>
public sealed class ModelCatalog
{
    private static readonly Lazy<ModelCatalog> LazyShipped = new(ReadShipped);
    private readonly FrozenDictionary<string, CatalogMatch> _models;
    private readonly FrozenDictionary<string, ModelGroup> _groups;

    internal ModelCatalog(DateOnly? asOf, IReadOnlyList<ModelEntry> models, IReadOnlyList<ModelGroup> groups)
    {
        AsOf = asOf;
        Models = models;
        Groups = groups;
        _groups = groups.ToFrozenDictionary(g => g.Id, StringComparer.Ordinal);
        _models = models
            .SelectMany(m => m.Aliases.Select(a => new CatalogMatch(m, a)).Append(new CatalogMatch(m, m.Id)))
            .ToFrozenDictionary(m => m.AskedId, StringComparer.Ordinal);
    }

    /// <summary>The data that this version ships.</summary>
    public static ModelCatalog Shipped => LazyShipped.Value;

    /// <summary>The day on which the data was checked.</summary>
    public DateOnly? AsOf { get; }

    /// <summary>All models, the newest generation of each line first.</summary>
    public IReadOnlyList<ModelEntry> Models { get; }

    /// <summary>All groups.</summary>
    public IReadOnlyList<ModelGroup> Groups { get; }

    /// <summary>The model of an id or alias; null when the catalogue does not have it.</summary>
    public CatalogMatch? Find(string? id) => id is not null && _models.TryGetValue(id, out var match) ? match : null;

    /// <summary>The group of an id; null when there is none.</summary>
    public ModelGroup? FindGroup(string id) => _groups.GetValueOrDefault(id);

    /// <summary>What a limiter must know of a model.</summary>
    /// <param name="entry">A model of this catalogue.</param>
    /// <param name="group">The group that its limits are kept under, where that is not the catalogue's own.</param>
    public ModelConfiguration Render(ModelEntry entry, string? group = null)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return new ModelConfiguration
        {
            Id = entry.Id,
            Aliases = entry.Aliases,
            Group = group ?? entry.Group,
            Prices = entry.Prices,
            CacheReadsCount = FindGroup(entry.Group)?.CacheReadsCount ?? false,
            RefusesSampling = entry.Rules.RefusesSampling,
            RefusesThinkingBudget = entry.Rules.RefusesThinkingBudget,
            RefusesThinkingDisabled = entry.Rules.RefusesThinkingDisabled,
            RefusesForcedToolChoice = entry.Rules.RefusesForcedToolChoice,
            RefusesPrefill = entry.Rules.RefusesPrefill,
            RefusesInferenceGeo = entry.Rules.RefusesInferenceGeo,
            ServesFast = entry.Rules.ServesFast,
            Efforts = entry.Rules.Efforts,
            BindsPrefix = entry.Rules.BindsPrefix,
        };
    }

    private static ModelCatalog ReadShipped()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Operator.Catalog.models.json")
            ?? throw new InvalidOperationException("The catalogue is missing from the assembly.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var read = CatalogReader.Read(bytes.ToArray());
        return read.Catalog ?? throw new InvalidOperationException($"The shipped catalogue is broken: {string.Join("; ", read.Errors)}");
    }
}

/// <summary>A model found by an id.</summary>
/// <param name="Model">The model.</param>
/// <param name="AskedId">The id that was asked for.</param>
public sealed record CatalogMatch(ModelEntry Model, string AskedId)
{
    /// <summary>Whether the id is an alias, which floats: it may lead to a newer snapshot tomorrow, without a rollout.</summary>
    public bool Floats => AskedId != Model.Id;
}
