namespace Operator.Api.Validation;

/// <summary>What validation must know about models. The operator's catalogue implements it.</summary>
public interface IModelKnowledge
{
    /// <summary>The facts about a model id or alias; null when nothing is known of it.</summary>
    ModelFacts? Find(string id);
}

/// <summary>What validation must know about one model.</summary>
public sealed record ModelFacts
{
    /// <summary>The pinned id.</summary>
    public required string Id { get; init; }

    /// <summary>Whether the id that was looked up is an alias whose meaning may change.</summary>
    public bool IsAlias { get; init; }

    /// <summary>The day from which the API refuses the model; null when none is announced.</summary>
    public DateOnly? RetiresOn { get; init; }

    /// <summary>The model to move to; null when none is named.</summary>
    public string? Replacement { get; init; }

    /// <summary>The most output tokens of one answer; null when unknown.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>The levels of effort that the model takes; null when unknown, empty when none.</summary>
    public IReadOnlyCollection<Effort>? Efforts { get; init; }

    /// <summary>The thinking modes that the model takes; null when unknown, empty when none.</summary>
    public IReadOnlyCollection<ThinkingMode>? ThinkingModes { get; init; }
}
