namespace Operator.Runtime.Watching;

/// <summary>Where a reflector stands; each state says what the next request is.</summary>
internal abstract record ReflectorState<T>
{
    private ReflectorState()
    {
    }

    /// <summary>Nothing usable is in hand: the next request is the first page of a list.</summary>
    /// <param name="Whole">True to ask for everything in one page, after a page token expired.</param>
    public sealed record Empty(bool Whole = false) : ReflectorState<T>;

    /// <summary>Some pages are in hand: the next request is the page behind <paramref name="Continue"/>.</summary>
    public sealed record Paging(string Continue, List<T> Items) : ReflectorState<T>;

    /// <summary>The sink holds the state at <paramref name="Version"/>: the next request is a watch from there.</summary>
    public sealed record Synced(string Version) : ReflectorState<T>;
}

/// <summary>What follows a step: the state, and how long to wait before the next request.</summary>
internal readonly record struct ReflectorStep<T>(ReflectorState<T> Next, Pause Pause);

/// <summary>A pause before the next request.</summary>
/// <param name="BackOff">Whether to wait for the next backoff step.</param>
/// <param name="AtLeast">What the server asked for; the longer of both counts.</param>
internal readonly record struct Pause(bool BackOff, TimeSpan? AtLeast = null)
{
    public static Pause None => default;
}
