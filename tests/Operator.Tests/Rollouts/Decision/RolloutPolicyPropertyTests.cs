using System.Text.Json;
using Operator.Api;
using Operator.Rollouts;

namespace Operator.Tests.Rollouts;

public class RolloutPolicyPropertyTests
{
    private const int Worlds = 1_300;
    private const int Turns = 80;

    [Fact]
    public void No_promotion_starts_before_every_gate_passed_on_that_revision()
    {
        Play((world, seen, decision, _) =>
        {
            if (!Started(world.State, decision) || decision.State.Route == RolloutRoute.Return) return;
            foreach (var gate in world.Plan.Gates.Where(g => !g.Live || world.State.Stable is not null))
            {
                Assert.True(seen.Verdicts.TryGetValue(gate.Name, out var verdict), $"{gate.Name} has no verdict");
                Assert.Equal(Verdict.Pass, verdict.Verdict);
            }
        });
    }

    [Fact]
    public void Only_revisions_of_the_rollback_window_return_without_gates()
    {
        Play((world, _, decision, _) =>
        {
            if (!Started(world.State, decision) || decision.State.Route != RolloutRoute.Return) return;
            Assert.Contains(world.State.History, h => h.Outcome == Outcome.Promoted && h.Revision.Revision == decision.State.Canary!.Revision);
            Assert.False(world.State.IsRejected(decision.State.Canary!.Revision));
        });
    }

    [Fact]
    public void The_weight_is_zero_or_all_or_what_a_step_declares()
    {
        Play((world, _, decision, _) =>
        {
            if (decision.Configuration is not { Weight: > 0 } configuration) return;
            if (decision.State.IsPromoting) Assert.Equal(10_000, configuration.Weight);
            else if (decision.State.Phase is not (Phase.Pending or Phase.Held)) Assert.Contains(world.Plan.Steps, s => s.Weight == configuration.Weight);
        });
    }

    [Fact]
    public void A_rejected_revision_is_never_served()
    {
        Play((_, _, decision, _) =>
        {
            if (decision.Configuration is not { } configuration) return;
            Assert.DoesNotContain(decision.State.Rejected, r => r.Revision == configuration.Stable || r.Revision == configuration.Canary);
            Assert.DoesNotContain(decision.State.Rejected, r => configuration.Standby.Contains(r.Revision));
        });
    }

    [Fact]
    public void A_spec_that_goes_back_to_stable_ends_the_canary_at_once()
    {
        Play((world, seen, decision, _) =>
        {
            var returns = seen.Target is DeclaredTarget.Resolved target && target.Revision == world.State.Stable?.Revision
                && decision.State.Stable?.Revision == target.Revision && decision.State.Phase != Phase.Degraded;
            if (!returns) return;
            Assert.Null(decision.State.Canary);
            Assert.Equal(0, decision.Configuration!.Weight);
        });
    }

    [Fact]
    public void The_same_inputs_give_the_same_decision()
    {
        Play((world, seen, decision, now) =>
        {
            var again = RolloutPolicy.Decide(world.Plan, world.State, seen, now);
            Assert.Equal(JsonSerializer.Serialize(decision), JsonSerializer.Serialize(again));
        });
    }

    [Fact]
    public void A_revision_that_lost_its_traffic_by_a_rollback_gets_none_back_however_the_operator_crashes()
    {
        Play((world, _, decision, _) =>
        {
            if (world.Held?.RolledBack is not { } mark || decision.Configuration is not { } configuration) return;
            var triedAgain = decision.State.Canary?.Revision == mark.Revision && decision.State.Attempt != mark.Attempt;
            var wasPromotedSince = world.State.Stable?.Revision == mark.Revision && world.Held.Stable?.Revision == mark.Revision;
            if (triedAgain || wasPromotedSince || decision.State.Route == RolloutRoute.Return) return;
            Assert.NotEqual(mark.Revision, configuration.Canary);
        });
    }

    [Fact]
    public void The_stable_revision_changes_by_a_promotion_a_return_or_a_restored_record_only()
    {
        Play((world, _, decision, _) =>
        {
            if (decision.State.Stable?.Revision == world.State.Stable?.Revision) return;
            string[] causes = ["Promoted", "RolledBack", "RecordRestored"];
            Assert.Contains(decision.Events, e => causes.Contains(e.Reason));
        });
    }

    [Fact]
    public void The_random_worlds_reach_every_event_and_phase()
    {
        var events = new Dictionary<string, int>();
        var phases = new HashSet<Phase>();
        Play((_, _, decision, _) =>
        {
            foreach (var happened in decision.Events) events[happened.Reason] = events.GetValueOrDefault(happened.Reason) + 1;
            phases.Add(decision.State.Phase);
        });
        string[] expected =
        [
            "RolloutStarted", "StepStarted", "RolloutPaused", "PauseApproved", "Promoting", "Promoted", "RolledBack", "RolloutCancelled",
            "RolloutHeld", "RolloutRetried", "RolloutHurried", "StepsChanged", "CommandIgnored",
        ];
        Assert.All(expected, reason => Assert.True(events.GetValueOrDefault(reason) >= 100, $"{reason}: {events.GetValueOrDefault(reason)}"));
        Assert.Superset(
            new HashSet<Phase>
            {
                Phase.Pending, Phase.Evaluating, Phase.Progressing, Phase.Paused, Phase.Promoting, Phase.Healthy, Phase.RollingBack,
                Phase.RolledBack, Phase.Degraded, Phase.Held,
            },
            phases);
    }

    private static bool Started(RolloutState before, RolloutDecision decision) =>
        decision.Events.Any(e => e.Reason == "Promoting") && decision.State.IsPromoting && !before.IsPromoting;

    private static void Play(Action<RolloutWorld, RolloutObservation, RolloutDecision, DateTimeOffset> check)
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var world = new RolloutWorld(seed);
            var crashes = new Random(seed);
            for (var turn = 0; turn < Turns; turn++)
            {
                world.Happen();
                var seen = world.See();
                var decision = RolloutPolicy.Decide(world.Plan, world.State, seen, world.Now);
                try
                {
                    check(world, seen, decision, world.Now);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"seed {seed}, turn {turn}: {e.Message}", e);
                }
                world.Apply(decision, crash: crashes.Next(10) == 0);
            }
        }
    }
}
