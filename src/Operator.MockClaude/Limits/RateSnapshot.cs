namespace Operator.MockClaude.Limits;

/// <summary>What the rate-limit headers say after a request was judged.</summary>
internal readonly record struct RateSnapshot(RateReading Requests, RateReading Input, RateReading Output, RateReading Tokens);

/// <summary>One limit's three headers.</summary>
/// <param name="Limit">For one minute; negative when there is no such limit.</param>
/// <param name="Remaining">What is left; not yet rounded.</param>
/// <param name="SecondsToFull">Until full replenishment.</param>
internal readonly record struct RateReading(long Limit, double Remaining, double SecondsToFull)
{
    public static RateReading None { get; } = new(-1, 0, 0);

    public static RateReading Of(TokenBucket? bucket) =>
        bucket is null ? None : new RateReading(bucket.PerMinute, Math.Max(0, bucket.Level), bucket.SecondsToFull);

    /// <summary>Both together.</summary>
    public RateReading Plus(RateReading other) =>
        new(Limit + other.Limit, Remaining + other.Remaining, Math.Max(SecondsToFull, other.SecondsToFull));
}
