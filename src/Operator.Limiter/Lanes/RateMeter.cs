using Operator.Limiter.Limiting;

namespace Operator.Limiter.Lanes;

/// <summary>A rate a second, smoothed over some seconds. Not safe for several threads.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private const double Seconds = 15;

    private Tokens _sum;
    private long _at = time.GetTimestamp();

    /// <summary>Counts.</summary>
    public void Add(Tokens amount)
    {
        Decay();
        _sum += amount;
    }

    /// <summary>The rate now.</summary>
    public Tokens Rate()
    {
        Decay();
        return _sum * (1 / Seconds);
    }

    private void Decay()
    {
        var now = time.GetTimestamp();
        var passed = time.GetElapsedTime(_at, now).TotalSeconds;
        if (passed <= 0) return;
        _at = now;
        _sum *= Math.Exp(-passed / Seconds);
    }
}
