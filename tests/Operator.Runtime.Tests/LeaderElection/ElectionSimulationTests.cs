using System.Globalization;
using Operator.Testing;

namespace Operator.Runtime.Tests.LeaderElection;

/// <summary>Seeded runs of several replicas on a bad network with a fake clock.</summary>
public class ElectionSimulationTests
{
    private const int Runs = 100;
    private static readonly TimeSpan RenewDeadline = TimeSpan.FromSeconds(10);

    public enum Ending
    {
        Crash,
        CleanStop,
        Partition,
        Pause,
    }

    [Theory]
    [InlineData(Ending.Crash, 17)]
    [InlineData(Ending.CleanStop, 2)]
    [InlineData(Ending.Partition, 17)]
    [InlineData(Ending.Pause, 17)]
    public void A_new_leader_follows_in_time_and_no_former_leader_writes_after_its_deadline(Ending ending, int withinSeconds)
    {
        var slowest = TimeSpan.Zero;
        var refused = 0;
        var accepted = 0;
        for (var seed = 0; seed < Runs; seed++)
        {
            var run = new ElectionRun(seed);
            run.WarmUp();
            var takeover = run.EndLeadership(ending);
            Assert.True(
                takeover <= TimeSpan.FromSeconds(withinSeconds),
                string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {ending} was followed by a new leader only after {takeover}"));
            run.GoOn();
            run.AssertNobodyWroteAfterItsDeadline(RenewDeadline);
            run.AssertEpochsGrow();
            run.AssertSomebodyLeads();
            if (takeover > slowest) slowest = takeover;
            refused += run.Refused;
            accepted += run.Accepted;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{ending}: slowest takeover {slowest} of {Runs} runs; {accepted} writes, {refused} refused");
        // A run in which nobody writes would prove nothing.
        Assert.True(accepted > Runs * 100);
        if (ending is Ending.Partition) Assert.True(refused > 0, "the fence was never needed");
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        var first = Play();
        var second = Play();
        Assert.Equal(first, second);

        static (long, string) Play()
        {
            var run = new ElectionRun(7);
            run.WarmUp();
            run.EndLeadership(Ending.Pause);
            run.GoOn();
            return (run.Steps, run.History);
        }
    }

    [Fact]
    public void A_lease_deleted_under_its_holder_is_not_taken_before_the_holders_time_is_over()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var run = new ElectionRun(seed);
            run.WarmUp();
            run.DeleteLease();
            run.GoOn();
            run.AssertNobodyWroteAfterItsDeadline(RenewDeadline);
            run.AssertEpochsGrow();
        }
    }

    [Fact]
    public void A_leader_that_is_installed_after_its_lease_was_deleted_has_a_higher_epoch()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            var run = new ElectionRun(seed);
            run.WarmUp();
            run.EndLeadership(Ending.CleanStop);
            run.Reinstall();
            run.AssertEpochsGrow();
        }
    }

    [Theory]
    [InlineData(12)]
    [InlineData(30)]
    public void A_candidate_that_sleeps_through_the_answer_to_its_takeover_blocks_nobody(int seconds)
    {
        for (var seed = 0; seed < Runs / 2; seed++)
        {
            var run = new ElectionRun(seed);
            run.WarmUp();
            run.EndLeadership(Ending.Crash);
            run.PauseHolder(TimeSpan.FromSeconds(seconds));
            run.AssertSomebodyLeads();
            run.AssertNobodyWroteAfterItsDeadline(RenewDeadline);
        }
    }

    [Fact]
    public void The_simulation_notices_writes_without_a_fence()
    {
        var noticed = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            var run = new ElectionRun(seed, fenced: false);
            run.WarmUp();
            run.EndLeadership(Ending.Pause);
            run.GoOn();
            try
            {
                run.AssertNobodyWroteAfterItsDeadline(RenewDeadline);
            }
            catch (Xunit.Sdk.XunitException)
            {
                noticed++;
            }
        }

        Assert.True(noticed > 0, "a client without a fence passed: the check checks nothing");
    }
}
