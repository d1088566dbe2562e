using Operator.Quotas;

namespace Benchmarks.Allocation;

/// <summary>A limiter's three buckets. They may go negative: nothing is forgiven. Time is in seconds.</summary>
internal sealed class TokenBucket
{
    private ResourceVector _balance;
    private double _at;

    /// <summary>What is in it.</summary>
    public ResourceVector Balance => _balance;

    /// <summary>Pays in the rate since the last call; nothing is paid in beyond the burst, and nothing is taken away from above it.</summary>
    public void Accrue(ResourceVector rate, double burstSeconds, double now)
    {
        var seconds = now - _at;
        _at = now;
        var balance = _balance;
        _balance = ResourceVector.Of(d =>
            balance[d] >= rate[d] * burstSeconds ? balance[d] : Math.Min(rate[d] * burstSeconds, balance[d] + (rate[d] * seconds)));
    }

    /// <summary>Pays in once, beyond the burst too.</summary>
    public void Credit(ResourceVector amount) => _balance += amount;

    public void Debit(ResourceVector amount) => _balance -= amount;

    /// <summary>A smaller lease takes away what a smaller bucket cannot hold.</summary>
    public void Clip(ResourceVector rate, double burstSeconds) => _balance = ResourceVector.Min(_balance, ResourceVector.Max(rate * burstSeconds, ResourceVector.Zero));

    /// <summary>What is missing for a request; zero in every dimension that has enough.</summary>
    public ResourceVector Lacks(ResourceVector need) => (need - _balance).AtLeastZero();

    /// <summary>Whether the buckets are as full as they get: then a request larger than a bucket may go, and leaves it negative.</summary>
    public bool IsFullFor(ResourceVector need, ResourceVector rate, double burstSeconds)
    {
        for (var d = 0; d < ResourceVector.Dimensions; d++)
        {
            if (_balance[d] < Math.Min(need[d], rate[d] * burstSeconds) - 1e-9 || (rate[d] <= 0 && _balance[d] < need[d])) return false;
        }
        return true;
    }
}
