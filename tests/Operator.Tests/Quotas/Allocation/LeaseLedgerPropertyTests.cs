using Operator.Quotas;
using Operator.Quotas.Allocation;

namespace Operator.Tests.Quotas.Allocation;

public class LeaseLedgerPropertyTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void What_is_granted_and_the_residual_never_exceed_the_capacity(int seed)
    {
        var world = new LeaseWorld(seed);
        for (var step = 0; step < 25_000; step++)
        {
            world.Step();
            var excess = world.Excess();
            Assert.True(excess <= 1e-6, $"seed {seed}, step {step}, {world.Now}: {excess:0.000000} of the capacity too much\n{world.Story}");
        }
        Assert.True(world.Failovers > 3 && world.Deaths > 10 && world.Lost > 1000 && world.LeasesHeld > 5000, $"the schedule was tame: {world.Failovers} failovers, {world.Deaths} deaths, {world.Lost} lost, {world.LeasesHeld} leases");
    }

    [Fact]
    public void Equal_schedules_give_equal_leases()
    {
        var (a, b) = (new LeaseWorld(7), new LeaseWorld(7));
        for (var step = 0; step < 5_000; step++)
        {
            a.Step();
            b.Step();
        }
        Assert.Equal(a.Rates(), b.Rates());
    }
}
