namespace Operator.MockClaude.Limits;

/// <summary>
/// The acceleration limit: within ten seconds no more requests than <c>factor</c> times those of the ten seconds before, and always
/// <c>floor</c>. Its owner holds the lock.
/// </summary>
internal sealed class RampGuard(double factor, int floor)
{
    private const double WindowSeconds = 10;
    private long _window;
    private int _before;
    private int _now;

    /// <summary>Whether growth is too steep; an admitted request is counted.</summary>
    public bool Refuses(double now)
    {
        var window = (long)(now / WindowSeconds);
        if (window != _window)
        {
            _before = window == _window + 1 ? _now : 0;
            _now = 0;
            _window = window;
        }
        if (_now >= Math.Max(floor, factor * _before)) return true;
        _now++;
        return false;
    }
}
