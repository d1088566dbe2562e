using Operator.Limiters.Usage;
using Operator.Quotas;

namespace Operator.Tests.Limiters;

public class MovingMeanTests
{
    [Fact]
    public void It_is_the_value_itself_at_the_begin_and_follows_with_its_time_constant()
    {
        var mean = new MovingMean(TimeSpan.FromMinutes(1));
        Assert.Equal(0, mean.Value.Requests);
        mean = mean.With(new ResourceVector(10, 0, 0), TimeSpan.FromSeconds(1));
        Assert.Equal(10, mean.Value.Requests, 9);
        for (var i = 0; i < 600; i++) mean = mean.With(new ResourceVector(10, 0, 0), TimeSpan.FromSeconds(1));
        for (var i = 0; i < 60; i++) mean = mean.With(ResourceVector.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(10 / Math.E, mean.Value.Requests, 2);
    }
}
