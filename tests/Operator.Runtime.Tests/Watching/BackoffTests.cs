using FsCheck;
using FsCheck.Fluent;
using Operator.Runtime.Watching;
using Operator.Testing;

namespace Operator.Runtime.Tests.Watching;

public class BackoffTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_bound_doubles_up_to_the_longest()
    {
        var backoff = Create(new Random(1));
        Assert.Equal([0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], Enumerable.Range(0, 8).Select(n => Math.Round(backoff.Bound(n).TotalSeconds, 6)));
        Assert.Equal(TimeSpan.FromSeconds(30), backoff.Bound(int.MaxValue));
    }

    [Fact]
    public void Every_pause_lies_between_zero_and_its_bound() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), ArbMap.Default.ArbFor<PositiveInt>(), (seed, count) =>
        {
            var backoff = Create(new Random(seed));
            for (var n = 0; n < Math.Min(count.Get, 40); n++)
            {
                var pause = backoff.Next();
                if (pause < TimeSpan.Zero || pause > backoff.Bound(n)) return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Jitter_spreads_over_the_whole_range()
    {
        var pauses = Enumerable.Range(0, 500).Select(seed => Create(new Random(seed)).Next().TotalSeconds).ToList();
        Assert.True(pauses.Min() < 0.1 && pauses.Max() > 0.7 && pauses.Average() is > 0.35 and < 0.45, string.Join(" ", pauses.Take(10)));
    }

    [Fact]
    public void A_healthy_period_makes_pauses_short_again()
    {
        var backoff = Create(new Largest());
        for (var i = 0; i < 6; i++) backoff.Next();
        _time.Advance(TimeSpan.FromSeconds(26) + TimeSpan.FromSeconds(119));
        Assert.Equal(30, backoff.Next().TotalSeconds, 1);
        _time.Advance(TimeSpan.FromSeconds(30) + TimeSpan.FromSeconds(120));
        Assert.Equal(0.8, backoff.Next().TotalSeconds, 1);
    }

    private Backoff Create(Random random) =>
        new(TimeSpan.FromMilliseconds(800), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), _time, random);

    private sealed class Largest : Random
    {
        public override double NextDouble() => 0.999999;
    }
}
