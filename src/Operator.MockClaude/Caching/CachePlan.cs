namespace Operator.MockClaude.Caching;

/// <summary>What a prompt reads from the cache and writes to it.</summary>
/// <param name="Read">Tokens read.</param>
/// <param name="Write5m">Tokens written for five minutes.</param>
/// <param name="Write1h">Tokens written for an hour.</param>
/// <param name="Hit">The entry read, when <paramref name="Read"/> is above 0.</param>
/// <param name="Writes">Entries to write or refresh; null when there are none.</param>
internal readonly record struct CachePlan(int Read, int Write5m, int Write1h, ContentHash Hit, List<BlockMark>? Writes);
