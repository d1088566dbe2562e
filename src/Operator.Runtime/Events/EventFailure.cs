using Operator.Kubernetes;

namespace Operator.Runtime.Events;

/// <summary>What to do about a write of an event that failed.</summary>
internal enum EventFailure
{
    /// <summary>The event is there: an earlier try got through and its answer was lost.</summary>
    AlreadyDone,

    /// <summary>The Event of a series is gone, because events expire: create it again.</summary>
    Gone,

    /// <summary>It may work later.</summary>
    Retry,

    /// <summary>It never will: not allowed, not valid, or the namespace is being deleted.</summary>
    Drop,
}

/// <summary>Tells failures apart.</summary>
internal static class EventFailures
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>What to do about an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="creating">Whether an Event was created rather than patched.</param>
    public static EventFailure Of(Exception error, bool creating) => error switch
    {
        KubernetesException { IsAlreadyExists: true } when creating => EventFailure.AlreadyDone,
        KubernetesException { IsNotFound: true } when !creating => EventFailure.Gone,
        KubernetesException { IsTooManyRequests: true } => EventFailure.Retry,
        KubernetesException { IsConflict: true } => EventFailure.Retry,
        KubernetesException { StatusCode: var code } => (int)code >= 500 ? EventFailure.Retry : EventFailure.Drop,
        LeaderElection.LeadershipLostException => EventFailure.Drop,
        _ => EventFailure.Retry,
    };

    /// <summary>How long to wait before the next try.</summary>
    /// <param name="attempt">The tries so far, from 1.</param>
    /// <param name="error">The last error: the server may say how long.</param>
    /// <param name="random">Uniform in [0, 1).</param>
    public static TimeSpan Delay(int attempt, Exception error, double random)
    {
        if (error is KubernetesException { Status.Details.RetryAfterSeconds: > 0 and var seconds })
            return TimeSpan.FromSeconds(Math.Min(seconds, Longest.TotalSeconds));
        var full = First * Math.Pow(2, Math.Min(attempt - 1, 10));
        return (full < Longest ? full : Longest) * (0.5 + (random / 2));
    }
}
