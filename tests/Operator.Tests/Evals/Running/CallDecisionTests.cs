using Operator.Evals.Running;
using Xunit;

namespace Operator.Tests.Evals.Running;

public class CallDecisionTests
{
    [Theory]
    [InlineData(429, "rate_limit_error", null, 7.0, null, "Retry")]
    [InlineData(429, "rate_limit_error", null, 7.0, false, "Retry")]
    [InlineData(429, "rate_limit_error", "ramp_limit_exceeded", null, null, "Retry")]
    [InlineData(429, "rate_limit_error", "enforced_spend_limit_reached", null, null, "Halt")]
    [InlineData(429, "rate_limit_error", "contract_spend_limit_reached", null, true, "Halt")]
    [InlineData(429, null, null, null, false, "Halt")]
    [InlineData(500, "api_error", null, null, null, "Retry")]
    [InlineData(503, null, null, null, null, "Retry")]
    [InlineData(529, "overloaded_error", null, null, null, "Retry")]
    [InlineData(529, "overloaded_error", null, null, false, "Halt")]
    [InlineData(408, null, null, null, null, "Retry")]
    [InlineData(409, null, null, null, null, "Retry")]
    [InlineData(400, "invalid_request_error", null, null, null, "Rejected")]
    [InlineData(413, "request_too_large", null, null, null, "Rejected")]
    [InlineData(401, "authentication_error", null, null, null, "Halt")]
    [InlineData(402, "billing_error", null, null, null, "Halt")]
    [InlineData(403, "permission_error", null, null, null, "Halt")]
    [InlineData(404, "not_found_error", null, null, null, "Halt")]
    [InlineData(302, null, null, null, null, "Halt")]
    public void A_failure_decides_about_another_try(int status, string? type, string? code, double? retryAfter, bool? should, string action)
    {
        var failure = new CallFailure(status, type, code, RetryAfter: retryAfter is { } s ? TimeSpan.FromSeconds(s) : null, ShouldRetry: should);
        var decision = CallDecision.Of(failure, 1, 1, starting: false, 0.5);
        Assert.Equal(action, decision.Action.ToString());
        if (retryAfter is { } least) Assert.True(decision.Delay >= TimeSpan.FromSeconds(least));
    }

    [Fact]
    public void A_spend_limit_of_the_organization_ends_the_run() =>
        Assert.Equal(CallAction.Halt, CallDecision.Of(new CallFailure(400, "invalid_request_error", IsOwnSpendLimit: true), 1, 1, true, 0).Action);

    [Fact]
    public void A_limiter_that_starts_may_not_know_the_revision_yet()
    {
        Assert.Equal(CallAction.Retry, CallDecision.Of(new CallFailure(404, "not_found_error"), 50, 50, starting: true, 0).Action);
        Assert.Equal(CallAction.Retry, CallDecision.Of(new CallFailure(null), 50, 50, starting: true, 0).Action);
        Assert.Equal(CallAction.Halt, CallDecision.Of(new CallFailure(null), CallDecision.MaxFailures, 50, starting: false, 0).Action);
    }

    [Fact]
    public void Failures_are_bounded_and_rate_limits_are_not()
    {
        Assert.Equal(CallAction.Halt, CallDecision.Of(new CallFailure(500), CallDecision.MaxFailures, CallDecision.MaxFailures, false, 0).Action);
        Assert.Equal(CallAction.Retry, CallDecision.Of(new CallFailure(429, RetryAfter: TimeSpan.FromSeconds(1)), 0, 500, false, 0).Action);
    }

    [Fact]
    public void Delays_grow_to_a_bound_and_spread()
    {
        TimeSpan Delay(int tries, double random) => CallDecision.Of(new CallFailure(500), 1, tries, false, random).Delay;
        Assert.Equal(TimeSpan.FromSeconds(0.5), Delay(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(4), Delay(4, 0));
        Assert.Equal(TimeSpan.FromSeconds(30), Delay(40, 0));
        Assert.Equal(TimeSpan.FromSeconds(15), Delay(40, 1));
    }
}
