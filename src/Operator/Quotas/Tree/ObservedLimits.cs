using Operator.Contract;

namespace Operator.Quotas;

/// <summary>What the provider itself tells of the limits of an organization.</summary>
public sealed record ObservedLimits
{
    /// <summary>Nothing is known.</summary>
    public static ObservedLimits None { get; } = new();

    /// <summary>Model groups from the rate-limit administration endpoint; null while it was not read.</summary>
    public IReadOnlyList<ObservedGroup>? Api { get; init; }

    /// <summary>Why the endpoint could not be read the last time, in a sentence; null when it could, or was not tried.</summary>
    public string? ApiError { get; init; }

    /// <summary>Limits a minute from the headers of answers, by group id.</summary>
    public IReadOnlyDictionary<string, Amounts> Headers { get; init; } = new Dictionary<string, Amounts>();
}

/// <summary>A model group as the administration endpoint lists it.</summary>
/// <param name="Id">The provider's id, the same in every organization.</param>
/// <param name="Models">Ids and aliases.</param>
/// <param name="Limits">Limits a minute; null where none is listed.</param>
public sealed record ObservedGroup(string Id, IReadOnlyList<string> Models, Amounts Limits);
