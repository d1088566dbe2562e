namespace Operator.MockClaude.Accounts;

/// <summary>A workspace of an organization.</summary>
/// <param name="Id"><c>wrkspc_…</c>.</param>
public sealed record MockWorkspace(string Id)
{
    /// <summary>Its own limits by model group, beside those of the organization. The key is a group's short name, for example <c>sonnet-5-5</c>.</summary>
    public IReadOnlyDictionary<string, WorkspaceLimits> Limits { get; init; } = new Dictionary<string, WorkspaceLimits>();

    /// <summary>Its own spend limit for a calendar month (UTC) in USD.</summary>
    public decimal? SpendLimit { get; init; }
}

/// <summary>Limits of a workspace for one minute; null where it has none.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Input">Input tokens without cache reads.</param>
/// <param name="InputWithCacheReads">Input tokens with cache reads: it can refuse what the organization would admit.</param>
/// <param name="Output">Output tokens.</param>
public sealed record WorkspaceLimits(long? Requests = null, long? Input = null, long? InputWithCacheReads = null, long? Output = null);
