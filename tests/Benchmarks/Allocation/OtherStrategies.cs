using Operator.Quotas;

namespace Benchmarks.Allocation;

/// <summary>Every limiter has the same fixed part of the capacity.</summary>
internal sealed class StaticSplit(Scenario scenario, SimulatedLimiter[] limiters) : IStrategy
{
    private readonly ResourceVector _rate = scenario.Limits * ((1 - scenario.Safety) / 60 / limiters.Length);

    public string Name => "static split";

    public void Tick(double now)
    {
        foreach (var limiter in limiters)
        {
            limiter.Bucket.Accrue(_rate, _rate, now);
            limiter.Run(now, static (l, need) => l.Bucket.Admits(need));
        }
    }
}

/// <summary>
/// Once a second the capacity is divided by reported demand, and each limiter uses its part as soon as it hears of it; nobody waits
/// for anybody, and without an operator the last part stays.
/// </summary>
internal sealed class ProportionalLease(Scenario scenario, SimulatedLimiter[] limiters) : IStrategy
{
    private readonly Random _network = new(scenario.Seed + 2);
    private readonly ResourceVector[] _rates = [.. limiters.Select(_ => scenario.Limits * ((1 - scenario.Safety) / 60 / limiters.Length))];
    private readonly ResourceVector[] _reported = new ResourceVector[limiters.Length];
    private double _next;

    public string Name => "proportional lease";

    public void Tick(double now)
    {
        if (now >= _next)
        {
            _next = now + 1;
            var isDown = scenario.Outage is { } outage && now >= outage.From && now < outage.To;
            if (!isDown) Share(now);
        }
        for (var i = 0; i < limiters.Length; i++)
        {
            limiters[i].Bucket.Accrue(_rates[i], _rates[i], now);
            limiters[i].Run(now, static (l, need) => l.Bucket.Admits(need));
        }
    }

    private void Share(double now)
    {
        var capacity = scenario.Limits * ((1 - scenario.Safety) / 60);
        var sum = ResourceVector.Zero;
        for (var i = 0; i < limiters.Length; i++)
        {
            if (_network.NextDouble() >= scenario.Loss) _reported[i] = limiters[i].Offered(now) + (limiters[i].Backlog * 0.1);
            sum += _reported[i];
        }
        for (var i = 0; i < limiters.Length; i++)
        {
            if (_network.NextDouble() < scenario.Loss) continue;
            var reported = _reported[i];
            _rates[i] = ResourceVector.Of(d => sum[d] > 0 ? capacity[d] * reported[d] / sum[d] : capacity[d] / limiters.Length);
        }
    }
}

/// <summary>
/// A shared counter of the last sixty seconds that limiters look at and add to when an answer is complete, as gateways with a shared
/// store do it: they look once a second, and what is under way is in nobody's count.
/// </summary>
internal sealed class CountAfterTheFact(Scenario scenario, SimulatedLimiter[] limiters) : IStrategy
{
    private readonly ResourceVector _limit = scenario.Limits * (1 - scenario.Safety);
    private readonly PriorityQueue<ResourceVector, double> _entering = new();
    private readonly PriorityQueue<ResourceVector, double> _leaving = new();
    private readonly double _resultDelay = 0.5 + (Arrivals.MeanOutput / 80);
    private ResourceVector _count;
    private ResourceVector _seen;
    private double _next;

    public string Name => "count after the fact";

    public void Tick(double now)
    {
        while (_entering.TryPeek(out var used, out var at) && at <= now)
        {
            _entering.Dequeue();
            _count += used;
            _leaving.Enqueue(used, at + 60);
        }
        while (_leaving.TryPeek(out var used, out var at) && at <= now)
        {
            _leaving.Dequeue();
            _count -= used;
        }
        if (now >= _next)
        {
            _next = now + 1;
            _seen = _count;
        }
        foreach (var limiter in limiters)
        {
            limiter.Run(now, (_, need) =>
            {
                for (var d = 0; d < ResourceVector.Dimensions; d++)
                {
                    if (_seen[d] >= _limit[d]) return false;
                }
                _entering.Enqueue(need, now + _resultDelay);
                return true;
            });
        }
    }
}
