using Operator.Quotas;
using Operator.Quotas.Allocation;

namespace Benchmarks.Allocation;

/// <summary>One limiter: a queue, three buckets, and what the strategy lets it use.</summary>
internal sealed class SimulatedLimiter(int index, Upstream upstream, double patience)
{
    private const double MeanWeight = 0.02;
    private const int Ahead = 4;
    private readonly Queue<Arrival> _queue = new();
    private readonly PriorityQueue<double, double> _settlements = new();
    private double _meanOutput = Arrivals.MeanOutput;
    private ResourceVector _waiting;
    private ResourceVector _offered;
    private double _offeredAt;

    public int Index { get; } = index;

    public TokenBucket Bucket { get; } = new();

    public long Refused { get; private set; }

    public int Waiting => _queue.Count;

    /// <summary>What waits, by its estimate.</summary>
    public ResourceVector Backlog => _waiting;

    /// <summary>What the first requests in the queue still lack; null when nothing waits.</summary>
    public ResourceVector? Lacks
    {
        get
        {
            if (_queue.Count == 0) return null;
            var need = ResourceVector.Zero;
            foreach (var request in _queue.Take(Ahead)) need += Need(request);
            return Bucket.Lacks(need);
        }
    }

    /// <summary>What was offered a second, smoothed over some seconds.</summary>
    public ResourceVector Offered(double now)
    {
        Decay(now);
        return _offered;
    }

    public void Offer(Arrival arrival)
    {
        Decay(arrival.At);
        _offered += Need(arrival) * (1 / Smoothing);
        _waiting += Need(arrival);
        _queue.Enqueue(arrival);
    }

    /// <summary>Settles what ended, then lets requests go while the gate opens.</summary>
    public void Run(double now, Func<SimulatedLimiter, ResourceVector, bool> gate)
    {
        while (_settlements.TryPeek(out var difference, out var at) && at <= now)
        {
            _settlements.Dequeue();
            // A positive difference was held too much and comes back.
            Bucket.Credit(new ResourceVector(0, 0, difference));
        }
        while (_queue.TryPeek(out var first))
        {
            if (now - first.At > patience)
            {
                Leave(first);
                Refused++;
                continue;
            }
            var need = Need(first);
            if (!gate(this, need)) return;
            Leave(first);
            Bucket.Debit(need);
            upstream.Accept(first, now);
            _settlements.Enqueue(need.OutputTokens - first.Output, Upstream.Done(now, first.Output));
            _meanOutput += MeanWeight * (first.Output - _meanOutput);
        }
    }

    private const double Smoothing = 15;

    /// <summary>Input is known, output is the learned mean; the mean here learns early, which changes nothing for a steady distribution.</summary>
    private ResourceVector Need(Arrival request) => new(1, request.Input, _meanOutput);

    private void Leave(Arrival request)
    {
        _queue.Dequeue();
        _waiting = _queue.Count == 0 ? ResourceVector.Zero : (_waiting - Need(request)).AtLeastZero();
    }

    private void Decay(double now)
    {
        _offered *= Math.Exp(-(now - _offeredAt) / Smoothing);
        _offeredAt = now;
    }
}

/// <summary>A limiter's lease as it really holds it.</summary>
internal sealed class HeldByLimiter
{
    public OutstandingLease? Lease { get; set; }

    public double Arrived { get; set; }

    public double LastContact { get; set; } = double.NegativeInfinity;

    /// <summary>The lease as it tells it: in force is the grant while it is fresh, then the fallback.</summary>
    public OutstandingLease? Told(AllocationOptions options, double now) =>
        Lease is null || IsFresh(options, now) ? Lease : Lease with { Grant = Lease.Fallback };

    /// <summary>What it may use now: the grant, after the time to live no more than the fallback, after twice that the fallback.</summary>
    public ResourceVector Rate(ResourceVector boot, AllocationOptions options, double now)
    {
        if (Lease is null) return boot;
        if (IsFresh(options, now)) return Lease.Grant;
        return now - LastContact < 2 * options.Ttl.TotalSeconds ? ResourceVector.Min(Lease.Grant, Lease.Fallback) : Lease.Fallback;
    }

    /// <summary>What the buckets hold now.</summary>
    public ResourceVector Burst(ResourceVector boot, AllocationOptions options, double now) =>
        Rate(boot, options, now) * (
            Lease is null || !IsFresh(options, now) ? options.FallbackBurstSeconds
            : now - LastContact > options.Alone.TotalSeconds ? options.BurstSeconds * AllocationOptions.AloneBurst
            : options.BurstSeconds);

    private bool IsFresh(AllocationOptions options, double now) => now - Arrived < options.Ttl.TotalSeconds;
}
