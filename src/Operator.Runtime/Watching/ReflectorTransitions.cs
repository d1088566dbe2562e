namespace Operator.Runtime.Watching;

/// <summary>The decisions of a reflector as pure functions: what follows when a list or a watch has ended.</summary>
internal static class ReflectorTransitions
{
    /// <summary>A watch that ends sooner counts as failed, however it ended, so that a server which closes at once is not hammered.</summary>
    public static readonly TimeSpan ShortestHealthyWatch = TimeSpan.FromSeconds(1);

    /// <summary>A list request failed.</summary>
    public static ReflectorStep<T> ListFailed<T>(ReflectorState<T> state, WatchFailure failure) => (state, failure.Kind) switch
    {
        // The page token expired under way. Whole lists need no token; the pages in hand are of a state that cannot be completed.
        (ReflectorState<T>.Paging, WatchFailureKind.VersionUnavailable) => new(new ReflectorState<T>.Empty(Whole: true), Pause.None),
        (ReflectorState<T>.Paging, WatchFailureKind.Invalid) => new(new ReflectorState<T>.Empty(Whole: true), new Pause(true)),
        // Pages stay good until their token expires: go on with the same one.
        _ => new(state, new Pause(true, failure.RetryAfter)),
    };

    /// <summary>A watch ended.</summary>
    /// <param name="version">The last version that it delivered, or the one it began from.</param>
    /// <param name="lived">How long it was open.</param>
    /// <param name="failure">How it failed; null when the server closed it cleanly.</param>
    public static ReflectorStep<T> WatchEnded<T>(string version, TimeSpan lived, WatchFailure? failure)
    {
        var resume = new ReflectorState<T>.Synced(version);
        var brief = new Pause(lived < ShortestHealthyWatch);
        return failure switch
        {
            null => new(resume, brief),
            { Kind: WatchFailureKind.HalfOpen } => new(resume, brief),
            { Kind: WatchFailureKind.VersionUnavailable } => new(new ReflectorState<T>.Empty(), brief with { AtLeast = failure.Value.RetryAfter }),
            { Kind: WatchFailureKind.Invalid } => new(new ReflectorState<T>.Empty(), new Pause(true)),
            { RetryAfter: var retryAfter } => new(resume, new Pause(true, retryAfter)),
        };
    }
}
