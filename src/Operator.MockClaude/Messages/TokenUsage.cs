namespace Operator.MockClaude.Messages;

/// <summary>What one request used, in tokens, as the API's <c>usage</c> reports it.</summary>
/// <param name="Input">Input behind the last cache breakpoint.</param>
/// <param name="CacheWrite5m">Input written to the cache for five minutes.</param>
/// <param name="CacheWrite1h">Input written to the cache for an hour.</param>
/// <param name="CacheRead">Input read from the cache.</param>
/// <param name="Output">Output, thinking included.</param>
/// <param name="Thinking">The part of the output that was thinking.</param>
public readonly record struct TokenUsage(int Input, int CacheWrite5m, int CacheWrite1h, int CacheRead, int Output, int Thinking)
{
    /// <summary>Input written to the cache.</summary>
    public int CacheWrite => CacheWrite5m + CacheWrite1h;

    /// <summary>The whole prompt.</summary>
    public int Prompt => Input + CacheWrite + CacheRead;
}
