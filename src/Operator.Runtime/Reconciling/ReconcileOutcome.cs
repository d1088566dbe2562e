namespace Operator.Runtime.Reconciling;

/// <summary>How the reconcile of one key ended.</summary>
internal abstract record ReconcileOutcome
{
    private ReconcileOutcome()
    {
    }

    /// <summary>Nothing more to do until something changes.</summary>
    public sealed record Done : ReconcileOutcome
    {
        public static Done Instance { get; } = new();
    }

    /// <summary>Look again after a time, whatever happens.</summary>
    public sealed record Again(TimeSpan After) : ReconcileOutcome;

    /// <summary>The cache is older than the controller's own last write: nothing was done; it will be, at the latest after a time.</summary>
    public sealed record Behind(TimeSpan AtLatest) : ReconcileOutcome;

    /// <summary>It failed; try again after the given time, or else after the backoff.</summary>
    public sealed record Failed(string Message, Exception? Error = null, TimeSpan? After = null) : ReconcileOutcome;
}

/// <summary>What the queue does with a key after its reconcile.</summary>
/// <param name="Result">The value of the metrics' <c>result</c> label; null when no reconcile took place.</param>
/// <param name="Forget">Whether the key's backoff ends.</param>
/// <param name="After">When the key comes back; null for never by itself.</param>
/// <param name="RateLimited">Whether the key comes back after its backoff.</param>
internal readonly record struct QueueDecision(string? Result, bool Forget = false, TimeSpan? After = null, bool RateLimited = false)
{
    public const string Success = "success";
    public const string RequeueAfter = "requeue_after";
    public const string Error = "error";

    /// <summary>The whole policy of the loop.</summary>
    public static QueueDecision Of(ReconcileOutcome outcome) => outcome switch
    {
        ReconcileOutcome.Failed { After: { } after } => new(Error, After: after),
        ReconcileOutcome.Failed => new(Error, RateLimited: true),
        ReconcileOutcome.Again again => new(RequeueAfter, Forget: true, After: again.After),
        // Not a result: the backoff of an earlier failure stays.
        ReconcileOutcome.Behind behind => new(null, After: behind.AtLatest),
        _ => new(Success, Forget: true),
    };
}
