using System.Net;
using Operator.Limiter.Retrying;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Tests.Retrying;

public class RetryRulesTests
{
    [Theory]
    [InlineData("Overloaded", 0, null, 0, 1.0, 0.5)]
    [InlineData("Overloaded", 3, null, 0, 1.0, 4.0)]
    [InlineData("ServerError", 2, null, 0, 0.0, 0.0)]
    [InlineData("Unreachable", 1, null, 9.5, 1.0, null)]
    [InlineData("RateLimited", 0, 5.0, 0, 0.0, 5.0)]
    [InlineData("RateLimited", 0, 5.0, 0, 1.0, 5.5)]
    [InlineData("RateLimited", 0, 11.0, 0, 0.0, null)]
    [InlineData("RampLimited", 0, 5.0, 6, 0.0, null)]
    [InlineData("Overloaded", 0, 3.0, 0, 0.0, 3.0)]
    [InlineData("Overloaded", 4, null, 0, 0.0, null)]
    [InlineData("SpendLimited", 0, 1.0, 0, 0.0, null)]
    [InlineData("Permanent", 0, null, 0, 0.0, null)]
    [InlineData("Success", 0, null, 0, 0.0, null)]
    [InlineData("Refused", 0, null, 0, 0.0, null)]
    public void A_pause_is_decided(string verdict, int retry, double? retryAfter, double elapsed, double random, double? expected)
    {
        var pause = RetryRules.Pause(
            Enum.Parse<UpstreamVerdict>(verdict), retry, retryAfter is { } s ? TimeSpan.FromSeconds(s) : null, TimeSpan.FromSeconds(elapsed),
            TimeSpan.FromSeconds(10), random);
        Assert.Equal(expected, pause?.TotalSeconds);
    }

    [Theory]
    [InlineData(200, null, "Success")]
    [InlineData(400, null, "Permanent")]
    [InlineData(401, null, "Unauthorized")]
    [InlineData(402, "linked_organization_spend_limit_reached", "SpendLimited")]
    [InlineData(408, null, "ServerError")]
    [InlineData(429, null, "RateLimited")]
    [InlineData(429, "ramp_limit_exceeded", "RampLimited")]
    [InlineData(429, "enforced_spend_limit_reached", "SpendLimited")]
    [InlineData(429, "contract_spend_limit_reached", "SpendLimited")]
    [InlineData(500, null, "ServerError")]
    [InlineData(503, "cmek_key_unreachable", "Permanent")]
    [InlineData(529, null, "Overloaded")]
    public void An_answer_is_judged(int status, string? code, string expected) =>
        Assert.Equal(expected, UpstreamVerdicts.Of((HttpStatusCode)status, new AnswerFacts { ErrorCode = code }).ToString());
}
