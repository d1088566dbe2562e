using Operator.Cli.Local.Stories;

namespace Operator.Cli.Tests.Local;

public class MockJudgeTests
{
    [Fact]
    public void The_worst_minute_is_any_sixty_seconds_and_not_one_of_the_clock()
    {
        var start = new DateTimeOffset(2026, 11, 20, 12, 0, 40, TimeSpan.Zero);
        var requests = Enumerable.Range(0, 30).Select(i => start.AddSeconds(i)).Append(start.AddSeconds(60)).Append(start.AddSeconds(200)).ToList();
        Assert.Equal(30, MockJudge.Worst(requests));
    }
}
