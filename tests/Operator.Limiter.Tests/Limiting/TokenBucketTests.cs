using FsCheck;
using FsCheck.Fluent;
using Operator.Limiter.Limiting;

namespace Operator.Limiter.Tests.Limiting;

public class TokenBucketTests
{
    [Theory]
    [InlineData(5, 10, 10, 8, 0, 0)]
    [InlineData(5, 10, 10, 100, 0, 0)]
    [InlineData(5, 10, 2, 4, 0, 0.4)]
    [InlineData(5, 10, 2, 4, 5, 1.4)]
    [InlineData(5, 10, -10, 100, 0, 4)]
    [InlineData(0, 10, 2, 4, 0, double.PositiveInfinity)]
    [InlineData(0, 10, 4, 4, 0, 0)]
    [InlineData(5, 0, 0, 1, 0, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, 10, 0, 1e9, 0, 0)]
    public void A_wait_is_told(double rate, double burst, double level, double amount, double floor, double expected)
    {
        var bucket = new TokenBucket(rate, burst);
        bucket.Take(burst - level);
        Assert.Equal(expected, bucket.Wait(amount, floor), 6);
    }

    [Fact]
    public void What_is_owed_stays_owed_when_the_rate_changes()
    {
        var bucket = new TokenBucket(10, 100);
        bucket.Take(150);
        bucket.Set(20, 200);
        Assert.Equal(-50, bucket.Level);
        bucket.Refill(2);
        Assert.Equal(-10, bucket.Level);
    }

    [Fact]
    public void A_smaller_burst_cuts_what_is_held_and_a_larger_one_gives_nothing()
    {
        var bucket = new TokenBucket(1, 100);
        bucket.Set(1, 40);
        Assert.Equal(40, bucket.Level);
        bucket.Set(1, 100);
        Assert.Equal(40, bucket.Level);
    }

    [Fact]
    public void A_top_up_goes_beyond_the_burst_and_what_is_given_back_does_not()
    {
        var bucket = new TokenBucket(1, 10);
        bucket.Take(-5);
        Assert.Equal(10, bucket.Level);
        bucket.Pay(5);
        bucket.Refill(100);
        bucket.Take(-1);
        Assert.Equal(15, bucket.Level);
    }

    [Fact]
    public void Over_any_run_no_more_is_admitted_than_burst_and_rate_allow()
    {
        var steps = Gen.ListOf(Gen.Choose(0, 40).Zip(Gen.Choose(0, 3_000))).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(3, 9), Prop.ForAll(steps, list =>
        {
            var bucket = new TokenBucket(7, 20);
            double admitted = 0, seconds = 0, largest = 0;
            foreach (var (amount, milliseconds) in list)
            {
                bucket.Refill(milliseconds / 1_000.0);
                seconds += milliseconds / 1_000.0;
                if (bucket.Wait(amount, 0) > 0) continue;
                bucket.Take(amount);
                admitted += amount;
                largest = Math.Max(largest, amount);
            }
            // One request larger than the bucket may pass when it is full, on credit.
            return admitted <= 20 + (7 * seconds) + Math.Max(0, largest - 20) + 1e-6;
        }));
    }
}
