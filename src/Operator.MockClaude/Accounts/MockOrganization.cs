using Operator.MockClaude.Limits;

namespace Operator.MockClaude.Accounts;

/// <summary>An organization: who owns keys, limits and the bill.</summary>
/// <param name="Id">The id that response headers carry.</param>
public sealed record MockOrganization(string Id)
{
    /// <summary>The id of the workspace that every organization has and that takes no limits.</summary>
    public const string DefaultWorkspace = "wrkspc_default";

    /// <summary>Which published limits and which monthly cap apply.</summary>
    public MockTier Tier { get; init; } = MockTier.Start;

    /// <summary>Limits that replace the tier's, by a group's short name, for example <c>sonnet-5-5</c>.</summary>
    public IReadOnlyDictionary<string, GroupLimits> Limits { get; init; } = new Dictionary<string, GroupLimits>();

    /// <summary>Workspaces beside the default one.</summary>
    public IReadOnlyList<MockWorkspace> Workspaces { get; init; } = [];

    /// <summary>Keys.</summary>
    public IReadOnlyList<MockKey> Keys { get; init; } = [];

    /// <summary>The monthly cap in USD that replaces the tier's; reaching it answers 429 without <c>retry-after</c>.</summary>
    public decimal? SpendCap { get; init; }

    /// <summary>The organization's own spend limit for a month in USD; reaching it answers 400.</summary>
    public decimal? SpendLimit { get; init; }

    /// <summary>The contract's spend limit for a month in USD; reaching it answers 429.</summary>
    public decimal? ContractSpendLimit { get; init; }

    /// <summary>Whether thinking blocks are bound to their conversation on models where that depends on the account.</summary>
    public bool BindsThinking { get; init; } = true;

    internal decimal EffectiveCap => SpendCap ?? Tier switch
    {
        MockTier.Start => 500m,
        MockTier.Build => 1_000m,
        _ => 200_000m,
    };

    internal MockWorkspace? Workspace(string id) =>
        id == DefaultWorkspace ? new MockWorkspace(DefaultWorkspace) : Workspaces.FirstOrDefault(w => w.Id == id);
}
