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
    private double _overflow;

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

    /// <summary>What was permitted and did not fit, since the start: nobody here will use it, so the operator may lend it to others.</summary>
    public readonly double Overflow => _overflow;

    private readonly bool Unlimited => double.IsPositiveInfinity(_rate) || double.IsPositiveInfinity(_burst);

    /// <summary>Refills for the time that passed. What a top-up paid in beyond the burst stays.</summary>
    public void Refill(double seconds)
    {
        if (Unlimited || seconds <= 0) return;
        Fill(_rate * seconds);
    }

    /// <summary>
    /// Changes rate and burst. A smaller bucket holds less by what it shrinks, at most down to its burst; what a top-up paid in beyond
    /// stays, and what is owed stays owed.
    /// </summary>
    public void Set(double rate, double burst)
    {
        if (rate == _rate && burst == _burst) return;
        var (wasUnlimited, before) = (Unlimited, _burst);
        (_rate, _burst) = (rate, burst);
        if (wasUnlimited)
        {
            _level = Unlimited ? 0 : burst;
            return;
        }
        if (Unlimited) return;
        var taken = Math.Min(Math.Max(0, before - burst), Math.Max(0, _level - burst));
        _level -= taken;
        _overflow += taken;
    }

    /// <summary>Takes an amount, or gives it back when it is negative: never beyond the burst.</summary>
    public void Take(double amount)
    {
        if (Unlimited) return;
        if (amount < 0) Fill(-amount);
        else _level -= amount;
    }

    /// <summary>Pays in, even beyond the burst: the answer to a top-up.</summary>
    public void Pay(double amount)
    {
        if (!Unlimited && amount > 0) _level += amount;
    }

    private void Fill(double amount)
    {
        var fits = Math.Min(amount, Math.Max(0, _burst - _level));
        _level += fits;
        _overflow += amount - fits;
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
