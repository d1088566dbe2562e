using Operator.Rollouts;

namespace Operator.Tests.Rollouts.Measurements;

public class GatheringTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(99, 0)]
    [InlineData(100, 25)]
    [InlineData(1_000, 250)]
    [InlineData(4_000, 1_000)]
    [InlineData(50_000, 1_000)]
    public void The_news_of_many_limiters_are_gathered_and_those_of_few_are_not_kept_waiting(int limiters, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RolloutMonitor.Gathering(limiters));
}
