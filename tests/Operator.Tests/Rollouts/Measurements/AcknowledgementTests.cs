using System.Collections.Immutable;
using Operator.Contract;
using Operator.Rollouts;
using Operator.Rollouts.Configuration;
using Operator.Rollouts.Measurements;

namespace Operator.Tests.Rollouts.Measurements;

public class AcknowledgementTests
{
    private static readonly RevisionRecord Stable = new("a", "m", "v1", "d", default);

    public static TheoryData<string, int?, int?, int, int> Table => new()
    {
        // limiters as generation:weight, highest, lowest, total, current
        { "", 700, 700, 0, 0 },
        { "2:700", 700, 700, 1, 1 },
        { "2:700 2:700", 700, 700, 2, 2 },
        { "1:0 2:700", 700, 0, 2, 1 },
        { "2:300 2:700", 700, 300, 2, 2 },
        { "99:700", 10_000, 0, 1, 0 },
        { "99:700 2:700", 10_000, 0, 2, 1 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Limiters_are_summed_up(string limiters, int? highest, int? lowest, int total, int current)
    {
        var ledger = new ConfigurationLedger();
        ledger.Note(1, "a", null);
        ledger.Note(2, "a", "b");
        var acknowledged = Acknowledgement.Of(Limiters(limiters), ledger, new HeldConfiguration(Stable, "b", 700), 2, "a", isKnown: true);
        Assert.Equal(new Acknowledgement(highest, lowest, total, current), acknowledged);
    }

    [Fact]
    public void A_new_leader_does_not_know_yet()
    {
        var acknowledged = Acknowledgement.Of(Limiters("2:700"), new ConfigurationLedger(), new HeldConfiguration(Stable, "b", 700), 2, "a", isKnown: false);
        Assert.Equal(new Acknowledgement(null, null, 1, 1), acknowledged);
    }

    [Fact]
    public void After_a_promotion_a_limiter_with_the_old_roles_gives_nothing_to_others()
    {
        var ledger = new ConfigurationLedger();
        ledger.Note(2, "a", "b");
        ledger.Note(3, "b", null);
        var acknowledged = Acknowledgement.Of(Limiters("2:10000 3:0"), ledger, new HeldConfiguration(Stable with { Revision = "b" }, null, 0), 3, "b", isKnown: true);
        Assert.Equal((0, 0), (acknowledged.Highest, acknowledged.Lowest));
    }

    [Fact]
    public void Without_configuration_and_limiters_nothing_goes_elsewhere() =>
        Assert.Equal(0, Acknowledgement.Of(DeploymentMeasurements.None, new ConfigurationLedger(), null, 0, null, isKnown: true).Highest);

    [Fact]
    public void Limiters_that_refused_the_newest_are_counted_and_the_first_is_quoted()
    {
        var one = Limiters("1:0 1:0 2:700 1:0");
        var told = one with { Limiters = [Refused(one.Limiters[0], "b", 2, "lane:\nunknown"), Refused(one.Limiters[1], "a", 2, null), one.Limiters[2], Refused(one.Limiters[3], "0", 1, "older")] };
        Assert.Equal(new LimiterRefusal(2, "pod a refused generation 2: it gives no reason"), Of(told));
        Assert.Equal(new LimiterRefusal(1, "pod b refused generation 2: lane: unknown"), Of(told with { Limiters = [told.Limiters[0], one.Limiters[2]] }));
        Assert.Null(Of(one));

        static LimiterRefusal? Of(DeploymentMeasurements measured) =>
            Acknowledgement.Of(measured, new ConfigurationLedger(), new HeldConfiguration(Stable, "b", 700), 2, "a", isKnown: true).Refusal;
        static LimiterSnapshot Refused(LimiterSnapshot limiter, string pod, long generation, string? because) =>
            limiter with { Pod = "support/" + pod, Applied = limiter.Applied! with { RefusedGeneration = generation, RefusedBecause = because } };
    }

    private static DeploymentMeasurements Limiters(string text) => new()
    {
        Limiters =
        [
            .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(':')).Select((l, i) => new LimiterSnapshot
            {
                Instance = "instance-" + i,
                Pod = "support/app",
                LastSeen = default,
                First = ImmutableDictionary<string, MeasurementTotals>.Empty,
                Last = ImmutableDictionary<string, MeasurementTotals>.Empty,
                Applied = new AppliedConfiguration { Deployment = "support/triage", Generation = long.Parse(l[0]), CanaryWeight = int.Parse(l[1]) },
            }),
        ],
    };
}
