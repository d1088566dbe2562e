namespace Operator.MockClaude.Accounts;

/// <summary>An API key.</summary>
/// <param name="Secret">What the caller sends.</param>
public sealed record MockKey(string Secret)
{
    /// <summary>The name that the ledger shows instead of the secret.</summary>
    public string Name { get; init; } = "default";

    /// <summary>The workspace that it belongs to; null lets the request choose with <c>anthropic-workspace-id</c>.</summary>
    public string? Workspace { get; init; } = MockOrganization.DefaultWorkspace;

    /// <summary>Whether it opens the administration endpoints, and only those.</summary>
    public bool Admin { get; init; }
}
