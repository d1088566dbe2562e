using Operator.Contract;

namespace Operator.Catalog;

/// <summary>How sure a datum of the catalogue is.</summary>
public enum Certainty
{
    /// <summary>Seen in an official text.</summary>
    Verified,

    /// <summary>Seen in a copy of an official text only.</summary>
    ThirdParty,

    /// <summary>Concluded from verified facts.</summary>
    Inferred,
}

/// <summary>What the catalogue knows of a model.</summary>
public sealed record ModelEntry
{
    /// <summary>The id, which names one snapshot.</summary>
    public required string Id { get; init; }

    /// <summary>Ids that lead here today and may lead to a newer snapshot tomorrow.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The line, such as <c>sonnet</c>.</summary>
    public required string Line { get; init; }

    /// <summary>The id of the group whose limits it shares.</summary>
    public required string Group { get; init; }

    /// <summary>Prices by size of the prompt; empty where they are not known, so that cost counts as zero.</summary>
    public IReadOnlyList<PriceTier> Prices { get; init; } = [];

    /// <summary>The most output tokens of one answer; null where that is not known.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>What the model refuses and knows.</summary>
    public ParameterRules Rules { get; init; } = new();

    /// <summary>Dates of its life.</summary>
    public ModelLifecycle Lifecycle { get; init; } = new();

    /// <summary>How sure group, prices, rules and dates are.</summary>
    public EntryCertainty Certainty { get; init; } = new();

    /// <summary>What does not fit into the fields; null for nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>What a model refuses and knows, beyond what every model does.</summary>
public sealed record ParameterRules
{
    /// <summary>Whether <c>temperature</c>, <c>top_p</c> and <c>top_k</c> are refused.</summary>
    public bool RefusesSampling { get; init; }

    /// <summary>Whether <c>thinking.type: enabled</c> with a token budget is refused.</summary>
    public bool RefusesThinkingBudget { get; init; }

    /// <summary>Whether <c>thinking.type: disabled</c> is refused.</summary>
    public bool RefusesThinkingDisabled { get; init; }

    /// <summary>Whether <c>tool_choice</c> of type <c>any</c> or <c>tool</c> is refused.</summary>
    public bool RefusesForcedToolChoice { get; init; }

    /// <summary>Whether a last message from the assistant is refused.</summary>
    public bool RefusesPrefill { get; init; }

    /// <summary>Whether <c>inference_geo</c> is refused.</summary>
    public bool RefusesInferenceGeo { get; init; }

    /// <summary>Whether <c>speed: fast</c> is served.</summary>
    public bool ServesFast { get; init; }

    /// <summary>Whether a conversation is bound to its prefix.</summary>
    public bool BindsPrefix { get; init; }

    /// <summary>Levels of effort, in the API's spelling; empty where the parameter is refused.</summary>
    public IReadOnlyList<string> Efforts { get; init; } = [];
}

/// <summary>How sure the parts of an entry are.</summary>
/// <param name="Group">The group.</param>
/// <param name="Prices">The prices.</param>
/// <param name="Rules">The parameter rules.</param>
/// <param name="Lifecycle">The dates.</param>
public sealed record EntryCertainty(
    Certainty Group = Certainty.Verified,
    Certainty Prices = Certainty.Verified,
    Certainty Rules = Certainty.Verified,
    Certainty Lifecycle = Certainty.Verified);
