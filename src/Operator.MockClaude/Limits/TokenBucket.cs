namespace Operator.MockClaude.Limits;

/// <summary>A bucket that refills continuously. Not safe for many threads: its owner holds the lock.</summary>
internal sealed class TokenBucket
{
    private double _level;
    private double _capacity;
    private double _perSecond;
    private double _at;

    /// <param name="perMinute">What flows in within a minute.</param>
    /// <param name="burstSeconds">How many seconds of inflow it holds.</param>
    /// <param name="now">Seconds of a clock that never goes back.</param>
    public TokenBucket(long perMinute, double burstSeconds, double now)
    {
        PerMinute = perMinute;
        _perSecond = perMinute / 60.0;
        _capacity = _level = _perSecond * burstSeconds;
        _at = now;
    }

    /// <summary>The limit.</summary>
    public long PerMinute { get; private set; }

    /// <summary>What it holds when full.</summary>
    public double Capacity => _capacity;

    /// <summary>What it holds now; negative when more was metered than it held.</summary>
    public double Level => _level;

    /// <summary>Seconds until it is full.</summary>
    public double SecondsToFull => _perSecond > 0 ? Math.Max(0, (_capacity - _level) / _perSecond) : 0;

    /// <summary>Lets flow in what the time since the last call brought.</summary>
    public void Refill(double now)
    {
        if (now <= _at) return;
        _level = Math.Min(_capacity, _level + (now - _at) * _perSecond);
        _at = now;
    }

    /// <summary>Takes the amount, whatever the level; a negative amount gives back.</summary>
    public void Take(double amount) => _level = Math.Min(_capacity, _level - amount);

    /// <summary>Seconds until it holds the amount, or is full when it can never hold that much; at least one.</summary>
    public int RetryAfter(double amount)
    {
        if (_perSecond <= 0) return 60;
        return (int)Math.Clamp(Math.Ceiling((Math.Min(amount, _capacity) - _level) / _perSecond - 1e-9), 1, 3600);
    }

    /// <summary>Changes the limit; what is above the new capacity is lost.</summary>
    public void Resize(long perMinute, double burstSeconds)
    {
        PerMinute = perMinute;
        _perSecond = perMinute / 60.0;
        _capacity = _perSecond * burstSeconds;
        _level = Math.Min(_level, _capacity);
    }
}
