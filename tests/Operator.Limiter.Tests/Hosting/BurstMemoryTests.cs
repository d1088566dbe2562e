using System.Runtime.CompilerServices;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Tests.Hosting;

public class BurstMemoryTests
{
    private const int MB = 1_000_000;

    [Theory]
    [InlineData("at rest from the start nothing is given back", new[] { 10, 0, 0, 0, 0 }, new int[0])]
    [InlineData("after a burst it is given back once it was quiet for two looks", new[] { 40, 0, 0, 0, 0, 0 }, new[] { 2 })]
    [InlineData("few requests count as quiet", new[] { 40, 1, 1, 1, 1 }, new[] { 2 })]
    [InlineData("requests that come all the while wait for nothing", new[] { 40, 5, 5, 5, 5, 5, 5 }, new int[0])]
    [InlineData("nor do those of a short lull", new[] { 40, 0, 5, 0, 5, 0, 5 }, new int[0])]
    [InlineData("small bursts add up to one", new[] { 10, 0, 0, 10, 0, 0 }, new[] { 5 })]
    public void A_burst_is_given_back_when_it_is_over(string because, int[] allocated, int[] given) => GivesBack(because, allocated, given);

    [Theory]
    [InlineData(40, new[] { 2, 32, 62, 92 })]
    [InlineData(7, new[] { 8, 38, 68 })]
    [InlineData(1, new[] { 45, 93 })]
    public void Bursts_that_follow_each_other_are_given_back_twice_a_minute_at_most(int megabytes, int[] given) =>
        GivesBack("of a burst every three looks", [.. Enumerable.Range(0, 96).Select(i => i % 3 == 0 ? megabytes : 0)], given);

    private static void GivesBack(string because, int[] allocated, int[] given)
    {
        var (sum, look, seen) = (0L, 0, new List<int>());
        var memory = new BurstMemory(() => sum, () => seen.Add(look));
        for (; look < allocated.Length; look++)
        {
            sum += (long)allocated[look] * MB;
            memory.Look();
        }
        Assert.True(given.SequenceEqual(seen), $"{because}; given back at {string.Join(", ", seen)}");
    }

    [Fact]
    public void What_is_free_goes_back_to_the_system()
    {
        var most = Burst();
        ProcessMemory.GiveBack();
        var left = GC.GetGCMemoryInfo().TotalCommittedBytes;
        Assert.True(left < most - (200 * MB), $"{left} of {most} bytes are still held");
    }

    /// <summary>What was held with a large array that nobody refers to any more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Burst()
    {
        var array = new byte[256 * MB];
        array.AsSpan().Fill(1);
        GC.Collect();
        GC.KeepAlive(array);
        return GC.GetGCMemoryInfo().TotalCommittedBytes;
    }
}
