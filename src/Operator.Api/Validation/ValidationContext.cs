namespace Operator.Api.Validation;

/// <summary>What validation knows beside the object itself.</summary>
/// <param name="Models">The catalogue; null leaves out what needs it, as offline checks do.</param>
/// <param name="Now">The time; null leaves out what depends on it.</param>
public sealed record ValidationContext(IModelKnowledge? Models = null, DateTimeOffset? Now = null)
{
    /// <summary>Nothing but the object.</summary>
    public static ValidationContext Offline { get; } = new();
}
