namespace Operator.MockClaude.Ledger;

/// <summary>What the totals are kept by.</summary>
/// <param name="Endpoint">Endpoint.</param>
/// <param name="Organization">Organization.</param>
/// <param name="Workspace">Workspace.</param>
/// <param name="Key">The key's name.</param>
/// <param name="Model">The model's pinned id.</param>
/// <param name="Marker">The marker header's value.</param>
/// <param name="Outcome">How the requests ended.</param>
public readonly record struct LedgerKey(
    MockEndpoint Endpoint, string? Organization, string? Workspace, string? Key, string? Model, string? Marker, RequestOutcome Outcome);

/// <summary>Sums over requests; exact.</summary>
/// <param name="Requests">How many.</param>
/// <param name="Input">Input tokens behind the last breakpoint.</param>
/// <param name="CacheWrite5m">Tokens written for five minutes.</param>
/// <param name="CacheWrite1h">Tokens written for an hour.</param>
/// <param name="CacheRead">Tokens read from the cache.</param>
/// <param name="Output">Output tokens.</param>
/// <param name="Cost">USD.</param>
public sealed record LedgerTotals(
    long Requests, long Input, long CacheWrite5m, long CacheWrite1h, long CacheRead, long Output, decimal Cost)
{
    /// <summary>Nothing.</summary>
    public static LedgerTotals Zero { get; } = new(0, 0, 0, 0, 0, 0, 0);

    /// <summary>Tokens that count against the input limit of current models.</summary>
    public long LimitedInput => Input + CacheWrite5m + CacheWrite1h;

    internal LedgerTotals Plus(LedgerTotals other) => new(
        Requests + other.Requests, Input + other.Input, CacheWrite5m + other.CacheWrite5m, CacheWrite1h + other.CacheWrite1h,
        CacheRead + other.CacheRead, Output + other.Output, Cost + other.Cost);
}
