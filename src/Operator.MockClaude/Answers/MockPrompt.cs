namespace Operator.MockClaude.Answers;

/// <summary>What an answer is made from.</summary>
/// <param name="Model">The model's pinned id.</param>
/// <param name="System">The system prompt; empty without one.</param>
/// <param name="User">The text of the last user message.</param>
/// <param name="Right">Whether the draw says that this answer is right.</param>
public readonly record struct MockPrompt(string Model, string System, string User, bool Right);
