namespace Operator.Limiter.Limiting;

/// <summary>
/// A bucket that refills continuously. Its level may go below zero: what turned out larger than estimated is owed, nothing is forgiven.
/// Not safe for several threads.
/// </summary>
internal struct TokenBucket
{
    private double _rate;
    private double _burst;
    private double _level;

    /// <summary>A full bucket.</summary>
    /// <param name="rate">Refill a second; infinite for no limit.</param>
    /// <param name="burst">What it holds.</param>
    public TokenBucket(double rate, double burst)
    {
        (_rate, _burst) = (rate, burst);
        _level = Unlimited ? 0 : burst;
    }

    /// <summary>What it holds now.</summary>
    public readonly double Level => Unlimited ? double.PositiveInfinity : _level;

    /// <summary>What it can hold.</summary>
    public readonly double Burst => _burst;

    /// <summary>Refill a second.</summary>
    public readonly double Rate => _rate;

    private readonly bool Unlimited => double.IsPositiveInfinity(_rate) || double.IsPositiveInfinity(_burst);

    /// <summary>Refills for the time that passed. What a top-up paid in beyond the burst stays.</summary>
    public void Refill(double seconds)
    {
        if (Unlimited || seconds <= 0 || _level >= _burst) return;
        _level = Math.Min(_burst, _level + (_rate * seconds));
    }

    /// <summary>Changes rate and burst; what is held is cut to the new burst, what is owed stays owed.</summary>
    public void Set(double rate, double burst)
    {
        if (rate == _rate && burst == _burst) return;
        var wasUnlimited = Unlimited;
        (_rate, _burst) = (rate, burst);
        if (wasUnlimited) _level = Unlimited ? 0 : burst;
        else _level = Math.Min(_level, burst);
    }

    /// <summary>Takes an amount, or gives it back when it is negative: never beyond the burst.</summary>
    public void Take(double amount)
    {
        if (Unlimited) return;
        _level = amount < 0 ? Math.Max(_level, Math.Min(_burst, _level - amount)) : _level - amount;
    }

    /// <summary>Pays in, even beyond the burst: the answer to a top-up.</summary>
    public void Pay(double amount)
    {
        if (!Unlimited && amount > 0) _level += amount;
    }

    /// <summary>
    /// Seconds until an amount may be taken while a floor stays; 0 for now, infinite for never. More than the bucket holds may be taken
    /// when it is full, or no request larger than it would ever pass.
    /// </summary>
    public readonly double Wait(double amount, double floor)
    {
        if (Unlimited) return 0;
        var target = Math.Min(amount + floor, _burst);
        // A bucket that holds nothing admits nothing, whatever its rate.
        if (_burst <= 0 && amount > 0 && _level < amount) return double.PositiveInfinity;
        var missing = target - _level;
        if (missing <= 1e-9) return 0;
        return _rate > 0 ? missing / _rate : double.PositiveInfinity;
    }
}
