namespace Operator.Runtime.Watching;

/// <summary>Exponential pauses with full jitter: between zero and <c>first · 2ⁿ</c>, at most <c>longest</c>.</summary>
/// <param name="first">The upper bound of the first pause.</param>
/// <param name="longest">The upper bound of every pause.</param>
/// <param name="resetAfter">After this time without a pause the count starts again.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Where jitter comes from.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, TimeSpan resetAfter, TimeProvider time, Random random)
{
    private int _attempt;
    private long? _endOfLastPause;

    /// <summary>The next pause.</summary>
    public TimeSpan Next()
    {
        var now = time.GetTimestamp();
        if (_endOfLastPause is { } end && time.GetElapsedTime(end, now) >= resetAfter) _attempt = 0;
        var pause = Bound(_attempt++) * random.NextDouble();
        _endOfLastPause = now + (long)(pause.TotalSeconds * time.TimestampFrequency);
        return pause;
    }

    /// <summary>The upper bound of the pause after <paramref name="attempt"/> earlier ones.</summary>
    public TimeSpan Bound(int attempt)
    {
        var bound = first.TotalSeconds * Math.Pow(2, Math.Min(attempt, 62));
        return bound >= longest.TotalSeconds ? longest : TimeSpan.FromSeconds(bound);
    }
}
