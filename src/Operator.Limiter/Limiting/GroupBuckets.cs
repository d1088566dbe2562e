namespace Operator.Limiter.Limiting;

/// <summary>The buckets of the three dimensions, refilled together. Not safe for several threads.</summary>
internal sealed class GroupBuckets(TimeProvider time, Tokens rate, Tokens burst)
{
    private TokenBucket _requests = new(rate.Requests, burst.Requests);
    private TokenBucket _input = new(rate.Input, burst.Input);
    private TokenBucket _output = new(rate.Output, burst.Output);
    private long _at = time.GetTimestamp();

    /// <summary>What they hold.</summary>
    public Tokens Level => new(_requests.Level, _input.Level, _output.Level);

    /// <summary>What they can hold.</summary>
    public Tokens Burst => new(_requests.Burst, _input.Burst, _output.Burst);

    /// <summary>What was permitted and did not fit, since the start.</summary>
    public Tokens Overflow => new(_requests.Overflow, _input.Overflow, _output.Overflow);

    /// <summary>Refill a second.</summary>
    public Tokens Rate => new(_requests.Rate, _input.Rate, _output.Rate);

    /// <summary>Refills for the time that passed since the last call.</summary>
    public void Refill()
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_at, now).TotalSeconds;
        if (seconds <= 0) return;
        _at = now;
        _requests.Refill(seconds);
        _input.Refill(seconds);
        _output.Refill(seconds);
    }

    /// <summary>Changes rates and bursts, after a refill at the old ones.</summary>
    public void Set(Tokens rate, Tokens burst)
    {
        Refill();
        _requests.Set(rate.Requests, burst.Requests);
        _input.Set(rate.Input, burst.Input);
        _output.Set(rate.Output, burst.Output);
    }

    /// <summary>Takes, or gives back what is negative.</summary>
    public void Take(Tokens amount)
    {
        _requests.Take(amount.Requests);
        _input.Take(amount.Input);
        _output.Take(amount.Output);
    }

    /// <summary>Pays in beyond the bursts.</summary>
    public void Pay(Tokens amount)
    {
        _requests.Pay(amount.Requests);
        _input.Pay(amount.Input);
        _output.Pay(amount.Output);
    }

    /// <summary>Seconds until an amount may be taken while a share of each burst stays, and the dimension that decides.</summary>
    public (double Seconds, Dimension Dimension) Wait(Tokens amount, double floorShare)
    {
        var requests = _requests.Wait(amount.Requests, floorShare == 0 ? 0 : floorShare * _requests.Burst);
        var input = _input.Wait(amount.Input, floorShare == 0 ? 0 : floorShare * _input.Burst);
        var output = _output.Wait(amount.Output, floorShare == 0 ? 0 : floorShare * _output.Burst);
        if (requests >= input && requests >= output) return (requests, Dimension.Requests);
        return input >= output ? (input, Dimension.InputTokens) : (output, Dimension.OutputTokens);
    }
}
