namespace Operator.MockClaude.Caching;

/// <summary>Where a block of a prompt ends.</summary>
/// <param name="Hash">Of everything up to here.</param>
/// <param name="Tokens">Of everything up to here.</param>
/// <param name="Breakpoint">Whether a cache breakpoint stands here, and for how long.</param>
internal readonly record struct BlockMark(ContentHash Hash, int Tokens, CacheTtl Breakpoint);

/// <summary>How long a cache entry lives after its last use.</summary>
internal enum CacheTtl : byte
{
    /// <summary>No breakpoint.</summary>
    None,

    /// <summary>Five minutes.</summary>
    FiveMinutes,

    /// <summary>An hour.</summary>
    Hour,
}
