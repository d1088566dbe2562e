using System.Text.Json.Serialization;

namespace Operator.Catalog;

/// <summary>The catalogue as a file: the shipped one, and the form of an override, where everything but the ids may be missing.</summary>
internal sealed record CatalogDocument
{
    /// <summary>The day on which the data was checked.</summary>
    public DateOnly? AsOf { get; init; }

    public IReadOnlyList<GroupDocument?>? Groups { get; init; }

    public IReadOnlyList<ModelDocument?>? Models { get; init; }
}

/// <summary>A model group. In an override, fields that are missing keep what is shipped.</summary>
internal sealed record GroupDocument
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public bool? CacheReadsCount { get; init; }

    public TierLimitsDocument? Limits { get; init; }

    public string? Note { get; init; }
}

/// <summary>Published limits of a group; tiers that are missing have none.</summary>
internal sealed record TierLimitsDocument
{
    [JsonPropertyName("Start")]
    public LimitsDocument? Start { get; init; }

    [JsonPropertyName("Build")]
    public LimitsDocument? Build { get; init; }

    [JsonPropertyName("Scale")]
    public LimitsDocument? Scale { get; init; }
}

/// <summary>Limits a minute.</summary>
internal sealed record LimitsDocument
{
    public long? RequestsPerMinute { get; init; }

    public long? InputTokensPerMinute { get; init; }

    public long? OutputTokensPerMinute { get; init; }

    public Certainty? Certainty { get; init; }
}

/// <summary>A model. In an override, fields that are missing keep what is shipped.</summary>
internal sealed record ModelDocument
{
    public string? Id { get; init; }

    public IReadOnlyList<string>? Aliases { get; init; }

    public string? Line { get; init; }

    public string? Group { get; init; }

    public LifecycleDocument? Lifecycle { get; init; }

    /// <summary>Dollars a million tokens.</summary>
    public IReadOnlyList<PriceDocument>? Prices { get; init; }

    public int? MaxOutputTokens { get; init; }

    public RulesDocument? Rules { get; init; }

    public CertaintyDocument? Certainty { get; init; }

    public string? Note { get; init; }
}

internal sealed record LifecycleDocument
{
    public DateOnly? Released { get; init; }

    public bool? Legacy { get; init; }

    public DateOnly? Deprecated { get; init; }

    public DateOnly? Retires { get; init; }

    public DateOnly? NotBefore { get; init; }

    /// <summary>Whether it is retired, whatever the dates say.</summary>
    public bool? Gone { get; init; }

    public string? Replacement { get; init; }
}

internal sealed record PriceDocument
{
    public long? MaxPromptTokens { get; init; }

    public decimal? Input { get; init; }

    [JsonPropertyName("cacheWrite5m")]
    public decimal? CacheWrite5m { get; init; }

    [JsonPropertyName("cacheWrite1h")]
    public decimal? CacheWrite1h { get; init; }

    public decimal? CacheRead { get; init; }

    public decimal? Output { get; init; }
}

internal sealed record RulesDocument
{
    public bool RefusesSampling { get; init; }

    public bool RefusesThinkingBudget { get; init; }

    public bool RefusesThinkingDisabled { get; init; }

    public bool RefusesForcedToolChoice { get; init; }

    public bool RefusesPrefill { get; init; }

    public bool RefusesInferenceGeo { get; init; }

    public bool ServesFast { get; init; }

    public bool BindsPrefix { get; init; }

    public IReadOnlyList<string>? Efforts { get; init; }
}

internal sealed record CertaintyDocument
{
    public Certainty? Group { get; init; }

    public Certainty? Prices { get; init; }

    public Certainty? Rules { get; init; }

    public Certainty? Lifecycle { get; init; }
}

/// <summary>A field that nobody knows is an error: a misspelt one would silently keep what is shipped.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    UseStringEnumConverter = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(CatalogDocument))]
internal sealed partial class CatalogJsonContext : JsonSerializerContext;
