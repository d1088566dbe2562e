namespace Operator.Catalog.Refresh;

/// <summary>Turns what the Models API tells into an override of the shipped catalogue. Pure.</summary>
internal static class ObservedCatalog
{
    /// <summary>
    /// Dates and sizes of known models, and new models, each in a group of its own until somebody declares its group: their limits
    /// come from the quota, from the rate-limit endpoint or from headers, and their cost counts as zero.
    /// </summary>
    /// <param name="shipped">The catalogue without the API's word.</param>
    /// <param name="models">What the API tells; an id that stands twice counts once.</param>
    public static CatalogDocument Of(ModelCatalog shipped, IReadOnlyList<ObservedModel> models)
    {
        var once = models.DistinctBy(m => m.Id).ToList();
        // An alias that the API lists leads to a model that it lists too.
        var fresh = once.Where(m => shipped.Find(m.Id) is null).ToList();
        return new CatalogDocument
        {
            Groups = [.. fresh.Where(m => shipped.FindGroup(m.Id) is null).Select(m => new GroupDocument { Id = m.Id })],
            Models =
            [
                .. once.Where(m => shipped.Find(m.Id) is { Floats: false }).Select(m => new ModelDocument { Id = m.Id, Lifecycle = Dates(m), MaxOutputTokens = m.MaxOutputTokens }),
                .. fresh.Select(m => new ModelDocument
                {
                    Id = m.Id,
                    Line = m.Line is { Length: > 0 } line ? line : "unknown",
                    Group = m.Id,
                    Lifecycle = Dates(m),
                    MaxOutputTokens = m.MaxOutputTokens,
                    Rules = new RulesDocument { Efforts = m.Efforts },
                    Certainty = new CertaintyDocument { Group = Certainty.Inferred, Prices = Certainty.Inferred, Rules = Certainty.Inferred, Lifecycle = Certainty.Verified },
                    Note = "From the Models API; group, prices and rules are not known.",
                }),
            ],
        };
    }

    private static LifecycleDocument Dates(ObservedModel model) => new()
    {
        Released = model.Released,
        // A retirement before the deprecation would be no date to rely on.
        Deprecated = model.Retires < model.Deprecated ? null : model.Deprecated,
        Retires = model.Retires,
        Gone = model.IsGone,
    };
}
