namespace Operator.Limiter.Channel;

/// <summary>How long to wait before the next try: exponential with full jitter, for ever. Not safe for several threads.</summary>
/// <param name="first">The upper end of the first wait.</param>
/// <param name="longest">The upper end that is never exceeded.</param>
/// <param name="random">A number from 0 to below 1.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, Func<double> random)
{
    private int _failures;

    /// <summary>The next wait.</summary>
    public TimeSpan Next()
    {
        var most = Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(_failures, 30)));
        _failures++;
        // Never nothing at all: many limiters that lose the operator at once come back spread out.
        return TimeSpan.FromSeconds(most * (0.1 + (0.9 * random())));
    }

    /// <summary>It went well.</summary>
    public void Reset() => _failures = 0;
}
