using Operator.Runtime.LeaderElection;

namespace Operator.Runtime.Tests.LeaderElection;

public class LeaderElectionDecisionTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly DateTimeOffset Wall = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // holder, duration on the record, still there, leading, seconds since it was seen → action
    [InlineData(null, 0, false, false, 0, "Create")]
    [InlineData("other", 15, true, false, 0, "Wait")]
    [InlineData("other", 15, true, false, 14.999, "Wait")]
    [InlineData("other", 15, true, false, 15, "Acquire")]
    [InlineData("other", 60, true, false, 20, "Wait")]
    [InlineData("other", 5, true, false, 6, "Acquire")]
    [InlineData("other", 0, true, false, 14, "Wait")]
    [InlineData("other", 0, true, false, 16, "Acquire")]
    [InlineData("", 1, true, false, 0, "Acquire")]
    [InlineData("me", 15, true, false, 0, "Renew")]
    [InlineData("me", 15, true, true, 100, "Renew")]
    [InlineData("me", 15, false, true, 1, "Create")]
    [InlineData("other", 15, true, true, 0, "Lost")]
    [InlineData("other", 15, true, true, 100, "Lost")]
    [InlineData("", 15, true, true, 0, "Acquire")]
    [InlineData("other", 15, false, false, 3, "Wait")]
    [InlineData("other", 15, false, false, 15, "Create")]
    [InlineData("", 1, false, false, 3, "Wait")]
    public void What_is_seen_and_for_how_long_decides(
        string? holder, int duration, bool exists, bool leading, double seconds, string action)
    {
        var record = holder is null ? null : new LeaderElectionRecord(holder, duration, Wall, Wall, 4);
        var seen = new LeaseObservation(exists, record, TimeSpan.FromSeconds(100));
        var decision = Decide(seen, leading, TimeSpan.FromSeconds(100 + seconds));
        Assert.Equal(action, decision.Action.ToString());
    }

    [Fact]
    public void A_takeover_counts_one_transition_more_and_a_renewal_counts_none()
    {
        var taken = Decide(Seen("other", transitions: 4), false, TimeSpan.FromSeconds(20)).Record!;
        Assert.Equal(("me", 5, 15), (taken.HolderIdentity, taken.LeaseTransitions, taken.LeaseDurationSeconds));
        Assert.Equal(Wall, taken.AcquireTime);

        var renewed = Decide(Seen("me", transitions: 5), true, TimeSpan.FromSeconds(20)).Record!;
        Assert.Equal(5, renewed.LeaseTransitions);
        Assert.Equal(Wall.AddHours(-1), renewed.AcquireTime);
        Assert.Equal(Wall, renewed.RenewTime);
    }

    [Fact]
    public void Remote_clocks_play_no_part()
    {
        // The record claims a renewal far in the past, or far in the future: it was seen just now, so it is alive.
        foreach (var claimed in new[] { Wall.AddYears(-1), Wall.AddYears(1) })
        {
            var seen = LeaseObservation.None.See(new LeaderElectionRecord("other", 15, claimed, claimed, 0), TimeSpan.FromSeconds(1));
            Assert.Equal(LeaderElectionAction.Wait, Decide(seen, false, TimeSpan.FromSeconds(15)).Action);
            Assert.Equal(LeaderElectionAction.Acquire, Decide(seen, false, TimeSpan.FromSeconds(16)).Action);
        }
    }

    [Fact]
    public void An_unchanged_record_is_no_sign_of_life()
    {
        var record = new LeaderElectionRecord("other", 15, Wall, Wall, 0);
        var seen = LeaseObservation.None.See(record, TimeSpan.FromSeconds(1)).See(record with { }, TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(1), seen.ObservedAt);
        var renewed = seen.See(record with { RenewTime = Wall.AddSeconds(2) }, TimeSpan.FromSeconds(9));
        Assert.Equal(TimeSpan.FromSeconds(9), renewed.ObservedAt);
    }

    [Fact]
    public void A_lease_that_vanishes_restarts_the_wait_once()
    {
        var record = new LeaderElectionRecord("other", 15, Wall, Wall, 0);
        var seen = LeaseObservation.None.See(record, TimeSpan.FromSeconds(1)).See(null, TimeSpan.FromSeconds(9)).See(null, TimeSpan.FromSeconds(12));
        Assert.Equal(TimeSpan.FromSeconds(24), seen.ExpiresAt(Lease));
    }

    [Fact]
    public void Times_are_written_with_whole_microseconds()
    {
        var decision = LeaderElectionDecision.Decide(LeaseObservation.None, false, default, Wall.AddTicks(12_345_678), "me", Lease);
        Assert.Equal(Wall.AddTicks(12_345_670), decision.Record!.RenewTime);
    }

    [Fact]
    public void A_release_leaves_no_holder_and_nothing_to_wait_for()
    {
        var released = LeaderElectionDecision.Release(new LeaderElectionRecord("me", 15, Wall, Wall, 7), Wall);
        Assert.Equal(("", 1, 7), (released.HolderIdentity, released.LeaseDurationSeconds, released.LeaseTransitions));
        Assert.Null(LeaseObservation.None.See(released, default).ExpiresAt(Lease));
    }

    [Theory]
    [InlineData(15, 10, 2, null)]
    [InlineData(10, 10, 2, "LeaseDuration")]
    [InlineData(15.5, 10, 2, "LeaseDuration")]
    [InlineData(0.5, 0.3, 0.1, "LeaseDuration")]
    [InlineData(15, 2.4, 2, "RenewDeadline")]
    [InlineData(15, 10, 0, "RetryPeriod")]
    public void Durations_that_cannot_work_are_refused_by_name(double lease, double deadline, double retry, string? named)
    {
        var options = new LeaderElectionOptions
        {
            LeaseDuration = TimeSpan.FromSeconds(lease),
            RenewDeadline = TimeSpan.FromSeconds(deadline),
            RetryPeriod = TimeSpan.FromSeconds(retry),
        };
        if (named is null) options.Validate();
        else Assert.Contains(": " + named + " is", Assert.Throws<InvalidOperationException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private static LeaseObservation Seen(string holder, int transitions) =>
        new(true, new LeaderElectionRecord(holder, 15, Wall.AddHours(-1), Wall.AddHours(-1), transitions), TimeSpan.Zero);

    private static LeaderElectionDecision Decide(LeaseObservation seen, bool leading, TimeSpan now) =>
        LeaderElectionDecision.Decide(seen, leading, now, Wall, "me", Lease);
}
