namespace Operator.Catalog;

/// <summary>How an override changes an entry, and how file forms become entries.</summary>
internal static class CatalogMerge
{
    public static GroupDocument Groups(GroupDocument shipped, GroupDocument given) => shipped with
    {
        Name = given.Name ?? shipped.Name,
        CacheReadsCount = given.CacheReadsCount ?? shipped.CacheReadsCount,
        Limits = new TierLimitsDocument
        {
            Start = given.Limits?.Start ?? shipped.Limits?.Start,
            Build = given.Limits?.Build ?? shipped.Limits?.Build,
            Scale = given.Limits?.Scale ?? shipped.Limits?.Scale,
        },
        Note = given.Note ?? shipped.Note,
    };

    public static ModelDocument Models(ModelDocument shipped, ModelDocument given) => shipped with
    {
        Aliases = given.Aliases ?? shipped.Aliases,
        Line = given.Line ?? shipped.Line,
        Group = given.Group ?? shipped.Group,
        Lifecycle = given.Lifecycle is { } dates ? Dates(shipped.Lifecycle ?? new(), dates) : shipped.Lifecycle,
        Prices = given.Prices ?? shipped.Prices,
        MaxOutputTokens = given.MaxOutputTokens ?? shipped.MaxOutputTokens,
        Rules = given.Rules ?? shipped.Rules,
        Certainty = given.Certainty ?? shipped.Certainty,
        Note = given.Note ?? shipped.Note,
    };

    public static ParameterRules Rules(RulesDocument rules) => new()
    {
        RefusesSampling = rules.RefusesSampling,
        RefusesThinkingBudget = rules.RefusesThinkingBudget,
        RefusesThinkingDisabled = rules.RefusesThinkingDisabled,
        RefusesForcedToolChoice = rules.RefusesForcedToolChoice,
        RefusesPrefill = rules.RefusesPrefill,
        RefusesInferenceGeo = rules.RefusesInferenceGeo,
        ServesFast = rules.ServesFast,
        BindsPrefix = rules.BindsPrefix,
        Efforts = rules.Efforts ?? [],
    };

    public static ModelLifecycle Lifecycle(LifecycleDocument dates) => new()
    {
        Released = dates.Released,
        Legacy = dates.Legacy ?? false,
        Deprecated = dates.Deprecated,
        Retires = dates.Retires,
        NotBefore = dates.NotBefore,
        IsGone = dates.Gone,
        Replacement = dates.Replacement,
    };

    private static LifecycleDocument Dates(LifecycleDocument shipped, LifecycleDocument given) => new()
    {
        Released = given.Released ?? shipped.Released,
        Legacy = given.Legacy ?? shipped.Legacy,
        Deprecated = given.Deprecated ?? shipped.Deprecated,
        Retires = given.Retires ?? shipped.Retires,
        NotBefore = given.NotBefore ?? shipped.NotBefore,
        Gone = given.Gone ?? shipped.Gone,
        Replacement = given.Replacement ?? shipped.Replacement,
    };
}
