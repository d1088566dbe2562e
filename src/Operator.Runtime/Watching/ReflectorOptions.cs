namespace Operator.Runtime.Watching;

/// <summary>The numbers of a reflector. The defaults are those of Kubernetes' own clients where these have one.</summary>
internal sealed record ReflectorOptions
{
    /// <summary>Objects of a page.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>How long one page may take.</summary>
    public TimeSpan ListTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The shortest time after which the server is asked to close a watch; the longest is twice that.</summary>
    public TimeSpan WatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after the asked time an open watch is taken for half open.</summary>
    public TimeSpan HalfOpenGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The upper bound of the first pause after a failure.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The upper bound of every pause.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time without failure after which pauses start short again.</summary>
    public TimeSpan BackoffReset { get; init; } = TimeSpan.FromMinutes(2);
}
