namespace Operator.MockClaude.Answers;

/// <summary>Which requests behave how. All conditions must hold; the first rule that fits wins.</summary>
/// <param name="Behaviour">How they are answered.</param>
public sealed record BehaviourRule(Behaviour Behaviour)
{
    /// <summary>Only this model, by its pinned id.</summary>
    public string? Model { get; init; }

    /// <summary>Only system prompts that contain this text.</summary>
    public string? SystemContains { get; init; }

    /// <summary>Only the system prompt with this <see cref="Messages.SystemDigest"/>.</summary>
    public string? SystemDigest { get; init; }

    /// <summary>Only requests whose last user message contains this text.</summary>
    public string? UserContains { get; init; }

    internal bool Fits(Messages.MessageRequest request) =>
        (Model is null || Model == request.Model.Id)
        && (SystemDigest is null || SystemDigest == request.SystemDigest)
        && (SystemContains is null || request.SystemText.Contains(SystemContains, StringComparison.Ordinal))
        && (UserContains is null || request.UserText.Contains(UserContains, StringComparison.Ordinal));
}
