using Operator.Quotas;

namespace Benchmarks.Allocation;

/// <summary>A limiter's three buckets. They may go negative: nothing is forgiven. Time is in seconds.</summary>
internal sealed class TokenBucket
{
    private ResourceVector _balance;
    private ResourceVector _burst;
    private double _at;

    /// <summary>What is in it.</summary>
    public ResourceVector Balance => _balance;

    /// <summary>What was paid in and did not fit, since the start: nobody here will use it.</summary>
    public ResourceVector Overflow { get; private set; }

    /// <summary>Pays in the rate since the last call, up to the burst; what is above it stays.</summary>
    public void Accrue(ResourceVector rate, ResourceVector burst, double now)
    {
        // A smaller lease: its bucket cannot hold what the one before could. What was paid in once stays.
        Take((_burst - burst).AtLeastZero(), burst);
        _burst = burst;
        var due = rate * (now - _at);
        _at = now;
        var room = (burst - _balance).AtLeastZero();
        var fits = ResourceVector.Min(due, room);
        _balance += fits;
        Overflow += due - fits;
    }

    private void Take(ResourceVector amount, ResourceVector burst)
    {
        var taken = ResourceVector.Min(amount, (_balance - burst).AtLeastZero());
        _balance -= taken;
        Overflow += taken;
    }

    /// <summary>Pays in once, beyond the burst too.</summary>
    public void Credit(ResourceVector amount) => _balance += amount;

    public void Debit(ResourceVector amount) => _balance -= amount;

    /// <summary>What is missing for a request; zero in every dimension that has enough.</summary>
    public ResourceVector Lacks(ResourceVector need) => (need - _balance).AtLeastZero();

    /// <summary>
    /// Whether a request may go: every bucket holds what it needs, or has a rate and is out of debt. Larger requests leave it
    /// negative, and the next one waits until that is paid.
    /// </summary>
    public bool Admits(ResourceVector need)
    {
        for (var d = 0; d < ResourceVector.Dimensions; d++)
        {
            if (_balance[d] < need[d] && (_burst[d] <= 0 || _balance[d] < 0)) return false;
        }
        return true;
    }
}
