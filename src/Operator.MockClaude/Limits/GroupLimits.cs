namespace Operator.MockClaude.Limits;

/// <summary>The limits of one model group, each for one minute.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Input">Input tokens; what is read from the cache is free on current models.</param>
/// <param name="Output">Output tokens.</param>
public sealed record GroupLimits(long Requests, long Input, long Output);
