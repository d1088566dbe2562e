using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Variants;
using Operator.Testing;

namespace Operator.Limiter.Tests.Variants;

public class VariantSelectorTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void The_share_of_the_canary_is_its_weight()
    {
        var deployment = At(1_000);
        var canaries = Enumerable.Range(0, 20_000).Count(i => Side(deployment, i) == Sample.CanaryId);
        Assert.InRange(canaries, 1_800, 2_200);
    }

    [Fact]
    public void Raising_a_weight_moves_only_new_keys()
    {
        int[] weights = [0, 1, 100, 1_000, 5_000, 9_999, 10_000];
        var before = new HashSet<int>();
        foreach (var weight in weights)
        {
            var deployment = At(weight);
            var now = Enumerable.Range(0, 5_000).Where(i => Side(deployment, i) == Sample.CanaryId).ToHashSet();
            Assert.Superset(before, now);
            before = now;
        }
        Assert.Equal(5_000, before.Count);
    }

    [Fact]
    public void Another_canary_begins_with_other_keys()
    {
        var first = At(1_000);
        var second = Sample.Served(first.Configuration with { Canary = Sample.Revision(Sample.StandbyId) });
        var both = Enumerable.Range(0, 20_000).Count(i => Side(first, i) == Sample.CanaryId && Side(second, i) == Sample.StandbyId);
        Assert.InRange(both, 100, 320);
    }

    [Fact]
    public void A_conversation_keeps_its_variant_when_the_weight_rises()
    {
        var selector = new VariantSelector(new ConversationMemory(_time));
        var key = KeyOf(1);
        Assert.Equal(Sample.StableId, selector.Select(At(0), key).Revision!.Id);
        var all = selector.Select(At(10_000), key);
        Assert.Equal(Sample.StableId, all.Revision!.Id);
        Assert.False(all.Rehomed);
        _time.Advance(ConversationMemory.DefaultLifetime * 3);
        Assert.Equal(Sample.CanaryId, selector.Select(At(10_000), key).Revision!.Id);
    }

    [Fact]
    public void A_rollback_wins_over_stickiness_and_says_so()
    {
        var selector = new VariantSelector(new ConversationMemory(_time));
        selector.Select(At(10_000), KeyOf(1));
        var back = selector.Select(At(0), KeyOf(1));
        Assert.Equal((Sample.StableId, true), (back.Revision!.Id, back.Rehomed));
        Assert.False(selector.Select(At(0), KeyOf(1)).Rehomed);
    }

    [Fact]
    public void A_promotion_lets_conversations_end_and_a_rollback_of_it_does_not()
    {
        var selector = new VariantSelector(new ConversationMemory(_time));
        var canary = At(5_000);
        var (old, young) = (Enumerable.Range(0, 99).First(i => Side(canary, i) == Sample.StableId), 0);
        young = Enumerable.Range(0, 99).First(i => Side(canary, i) == Sample.CanaryId);
        selector.Select(canary, KeyOf(old));
        selector.Select(canary, KeyOf(young));
        var promoted = Sample.Served(
            canary.Configuration with
            {
                Stable = canary.Configuration.Canary, Canary = null, CanaryWeight = 0, Standby = [Sample.Revision(Sample.StableId)],
            },
            canary);
        Assert.Equal(Sample.StableId, selector.Select(promoted, KeyOf(old)).Revision!.Id);
        Assert.Equal(Sample.CanaryId, selector.Select(promoted, KeyOf(1_000)).Revision!.Id);
        var back = Sample.Served(
            promoted.Configuration with { Stable = Sample.Revision(Sample.StableId), Standby = [Sample.Revision(Sample.CanaryId)] }, promoted);
        var again = selector.Select(back, KeyOf(young));
        Assert.Equal((Sample.StableId, true), (again.Revision!.Id, again.Rehomed));
    }

    [Theory]
    [InlineData(StickyBy.User, Sample1, true)]
    [InlineData(StickyBy.Request, Sample1, false)]
    public void Users_stick_and_requests_do_not(StickyBy by, int user, bool sticks)
    {
        var deployment = Sample.Served(At(5_000).Configuration with { StickyBy = by });
        var sides = Enumerable.Range(0, 100).Select(i => VariantSelector.Split(
            deployment, new VariantKey((UInt128)(ulong)i, StickyKey.Of($"user {user}"), i * 100))!.Id).Distinct().Count();
        Assert.Equal(sticks ? 1 : 2, sides);
    }

    [Fact]
    public void Without_any_revision_there_is_no_variant() => Assert.Null(
        new VariantSelector(new ConversationMemory(_time)).Select(Sample.Served(Sample.Deployment() with { Stable = null }), KeyOf(1)).Revision);

    [Fact]
    public void The_memory_is_bounded_and_keeps_what_is_used()
    {
        var memory = new ConversationMemory(_time, capacity: 100);
        memory.Remember(1, "d", "kept");
        for (var i = 2; i < 10_000; i++)
        {
            memory.Remember((UInt128)(ulong)i, "d", "r");
            Assert.Equal("kept", memory.Find(1, "d"));
            Assert.InRange(memory.Count, 1, 100);
        }
        Assert.Null(memory.Find(2, "d"));
    }

    private const int Sample1 = 1;

    private static VariantKey KeyOf(int i) => new(StickyKey.Of($"conversation {i}"), null, 0);

    private static string Side(ServedDeployment deployment, int i) => VariantSelector.Split(deployment, KeyOf(i))!.Id;

    private static ServedDeployment At(int weight) =>
        Sample.Served(Sample.Deployment() with { Canary = Sample.Revision(Sample.CanaryId), CanaryWeight = weight });
}
