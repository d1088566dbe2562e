using Operator.Contract;
using Operator.Limiter.Tests.Hosting;
using Operator.MockClaude.Ledger;

namespace Operator.Limiter.Tests.Clients;

/// <summary>What the limiter measured, beside what the API charged.</summary>
internal static class Charges
{
    /// <summary>The measurement of the one revision that served.</summary>
    public static RevisionMeasurement Meter(this RunningLimiter limiter) => Assert.Single(limiter.State.Meters.Read());

    /// <summary>What the limiter measured and booked is what the API charged, to the token.</summary>
    public static async Task AssertSameAsChargedAsync(this RunningLimiter limiter, int answered)
    {
        await limiter.SettledAsync();
        var charged = limiter.Mock!.Ledger.Totals();
        Assert.Equal(answered, limiter.Mock.Ledger.Totals(k => k is { Endpoint: MockEndpoint.Messages, Outcome: RequestOutcome.Answered }).Requests);
        var measured = limiter.State.Meters.Read();
        Assert.Equal(
            (charged.Input, charged.CacheWrite5m + charged.CacheWrite1h, charged.CacheRead, charged.Output),
            (measured.Sum(m => m.InputTokens), measured.Sum(m => m.CacheWriteTokens), measured.Sum(m => m.CacheReadTokens), measured.Sum(m => m.OutputTokens)));
        Assert.Equal(charged.Cost, limiter.State.Ledger.Unacknowledged().Sum(d => d.Amount) / 1e9m);
        Assert.Equal(answered, measured.Sum(m => m.Requests));
    }
}
