using Operator.Limiter.Retrying;
using Operator.Testing;

namespace Operator.Limiter.Tests.Retrying;

public sealed class RetryPipelineTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData("Success", 1, 0)]
    [InlineData("Permanent", 1, 0)]
    [InlineData("Overloaded Success", 2, 1)]
    [InlineData("Overloaded ServerError Success", 3, 2)]
    [InlineData("Overloaded Permanent", 2, 1)]
    [InlineData("Overloaded Overloaded Overloaded Overloaded Overloaded", 5, 4)]
    public async Task Attempts_go_on_until_one_is_to_be_kept(string verdicts, int attempts, int retries)
    {
        var due = new Queue<UpstreamVerdict>(verdicts.Split(' ').Select(Enum.Parse<UpstreamVerdict>));
        var made = 0;
        var state = new RetryState { Arrived = _time.GetTimestamp(), Patience = TimeSpan.FromMinutes(1), Retries = RetryRules.MaxRetries, KeyChanged = () => false };
        // No jitter: no pause, so the clock may stand still.
        var kept = await new RetryPipeline(_time, () => 0).RunAsync(
            _ =>
            {
                made++;
                return ValueTask.FromResult(new Attempt { Verdict = due.Dequeue() });
            },
            state, CancellationToken.None);
        Assert.Equal(Enum.Parse<UpstreamVerdict>(verdicts.Split(' ')[^1]), kept.Verdict);
        Assert.Equal((attempts, retries), (made, state.Count));
    }

    [Fact]
    public async Task A_key_that_changed_is_tried_once_more_for_every_change()
    {
        var made = 0;
        var state = new RetryState { Arrived = _time.GetTimestamp(), Patience = TimeSpan.FromMinutes(1), Retries = RetryRules.MaxRetries, KeyChanged = () => made == 1 };
        var kept = await new RetryPipeline(_time, () => 0).RunAsync(
            _ =>
            {
                made++;
                return ValueTask.FromResult(new Attempt { Verdict = UpstreamVerdict.Unauthorized });
            },
            state, CancellationToken.None);
        Assert.Equal((UpstreamVerdict.Unauthorized, 2), (kept.Verdict, made));
    }
}
