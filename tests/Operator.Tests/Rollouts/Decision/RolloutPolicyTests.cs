using Operator.Api;
using Operator.Rollouts;

namespace Operator.Tests.Rollouts;

public class RolloutPolicyTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(15);

    [Fact]
    public void The_first_revision_waits_for_its_offline_gates_and_then_takes_all_traffic()
    {
        var deployment = new Deployment().Reconcile();
        Assert.Equal(Phase.Evaluating, deployment.State.Phase);
        Assert.Equal(["golden"], deployment.Last.NeededEvals);

        deployment.Says("golden", Verdict.Pass).Reconcile();

        Assert.Equal(Phase.Healthy, deployment.State.Phase);
        Assert.Equal(Deployment.Old, deployment.Held!.Stable!.Revision);
        Assert.DoesNotContain("StepStarted", deployment.Events);
    }

    [Fact]
    public void A_first_revision_that_fails_leaves_nothing_that_serves()
    {
        var deployment = new Deployment().Says("golden", Verdict.Fail).Reconcile();
        Assert.Equal(Phase.Degraded, deployment.State.Phase);
        Assert.Null(deployment.Held?.Stable);
    }

    [Fact]
    public void A_new_revision_walks_its_steps_and_is_promoted()
    {
        var deployment = Deployment.Serving();
        deployment.Declared = Deployment.New;
        deployment.Reconcile();
        Assert.Equal((Phase.Evaluating, 0), (deployment.State.Phase, deployment.Held!.Weight));

        deployment.Says("golden", Verdict.Pass).Says("errorRate", Verdict.Pass).Reconcile();
        Assert.Equal((Phase.Progressing, 100), (deployment.State.Phase, deployment.Held!.Weight));

        deployment.Passes(TimeSpan.FromMinutes(5));
        Assert.Equal(1_000, deployment.Held!.Weight);

        deployment.Passes(Hold);
        Assert.Equal(Phase.Healthy, deployment.State.Phase);
        Assert.Equal(Deployment.New, deployment.Held!.Stable!.Revision);
        Assert.Equal([Deployment.Old], deployment.Last.Configuration!.Standby);
    }

    [Fact]
    public void A_hold_begins_when_every_limiter_has_the_weight()
    {
        var deployment = Canary();
        deployment.LimitersFollow = false;
        deployment.Passes(TimeSpan.FromMinutes(5));
        deployment.Passes(TimeSpan.FromMinutes(60));
        Assert.Equal(("WaitingForLimiters", "waits until every limiter has 10%"), (deployment.State.Reason, deployment.State.Message));

        deployment.LimitersFollow = true;
        deployment.Reconcile();
        Assert.Equal((1_000, "Holding"), (deployment.Held!.Weight, deployment.State.Reason));
    }

    [Fact]
    public void A_new_leader_says_that_it_does_not_know_all_limiters_yet()
    {
        var deployment = Canary();
        deployment.LimitersAreKnown = false;
        deployment.Passes(TimeSpan.FromMinutes(5));
        Assert.Equal(
            ("WaitingForLimiters", "waits until every limiter has 10%; an operator that begins to lead listens for 30s until it knows them all"),
            (deployment.State.Reason, deployment.State.Message));
    }

    [Fact]
    public void A_limiter_that_refuses_the_configuration_is_told_of()
    {
        var deployment = Canary();
        deployment.LimitersFollow = false;
        deployment.Refusal = "pod app-1 refused generation 3: lane: unknown";
        deployment.Passes(TimeSpan.FromMinutes(5));
        Assert.Equal("waits until every limiter has 10%; pod app-1 refused generation 3: lane: unknown", deployment.State.Message);
    }

    [Fact]
    public void A_step_waits_for_its_requests()
    {
        var deployment = Canary();
        deployment.Passes(TimeSpan.FromMinutes(5));
        deployment.Requests = 199;
        deployment.Passes(Hold);
        Assert.Equal("WaitingForRequests", deployment.State.Reason);

        deployment.Requests = 200;
        Assert.Equal(Phase.Healthy, deployment.Reconcile().State.Phase);
    }

    [Theory]
    [InlineData(Verdict.Continue)]
    [InlineData(Verdict.InsufficientData)]
    [InlineData(Verdict.EvaluatorError)]
    public void Only_a_failure_rolls_back_before_the_deadline(Verdict verdict)
    {
        var deployment = Canary().Says("errorRate", verdict).Passes(TimeSpan.FromMinutes(5));
        Assert.Equal(100, deployment.Held!.Weight);

        deployment.Passes(TimeSpan.FromMinutes(119));
        Assert.Equal(Phase.Progressing, deployment.State.Phase);

        deployment.Passes(TimeSpan.FromMinutes(2));
        Assert.Equal((Phase.RolledBack, "ProgressDeadlineExceeded"), (deployment.State.Phase, deployment.State.Reason));
        Assert.Contains("errorRate", deployment.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_gate_takes_the_traffic_first_and_records_it_after()
    {
        var deployment = Canary();
        deployment.Says("errorRate", Verdict.Fail);
        var decision = RolloutPolicy.Decide(deployment.Plan, deployment.State, deployment.See(), deployment.Now);

        Assert.True(decision.ConfigurationFirst);
        Assert.Equal(0, decision.Configuration!.Weight);
        Assert.Equal(Deployment.New, decision.Configuration.RolledBack!.Revision);
        Assert.True(decision.State.IsRejected(Deployment.New));
    }

    [Fact]
    public void A_crash_between_the_two_writes_of_a_rollback_is_completed_even_if_the_gate_recovered()
    {
        var deployment = Canary();
        deployment.Says("errorRate", Verdict.Fail);
        var decision = RolloutPolicy.Decide(deployment.Plan, deployment.State, deployment.See(), deployment.Now);
        deployment.Held = new HeldConfiguration(deployment.Held!.Stable, null, 0, decision.Configuration!.RolledBack);

        deployment.Says("errorRate", Verdict.Pass).Reconcile();

        Assert.True(deployment.State.IsRejected(Deployment.New));
        Assert.Equal((Phase.RolledBack, 0), (deployment.State.Phase, deployment.Held!.Weight));
    }

    [Fact]
    public void More_traffic_is_recorded_before_it_is_given()
    {
        var deployment = Canary();
        var decision = RolloutPolicy.Decide(deployment.Plan, deployment.State, deployment.See(), deployment.Now + TimeSpan.FromMinutes(5));
        Assert.Equal(1_000, decision.Configuration!.Weight);
        Assert.False(decision.ConfigurationFirst);
    }

    [Fact]
    public void A_rejected_revision_is_not_tried_again_by_a_resync()
    {
        var deployment = RolledBack();
        for (var i = 0; i < 5; i++) deployment.Passes(TimeSpan.FromHours(1));
        Assert.Equal((Phase.RolledBack, 0), (deployment.State.Phase, deployment.Held!.Weight));
    }

    [Fact]
    public void A_retry_is_a_new_attempt_and_the_same_annotation_is_acted_on_once()
    {
        var deployment = RolledBack();
        deployment.Commands["retry"] = Deployment.New[..10];
        deployment.Verdicts.Clear();
        deployment.Reconcile();
        Assert.Equal((Phase.Evaluating, 1), (deployment.State.Phase, deployment.State.Attempt));

        deployment.Says("golden", Verdict.Fail).Reconcile();
        Assert.Equal(Phase.RolledBack, deployment.Passes(TimeSpan.FromHours(1)).State.Phase);

        deployment.Commands["retry"] = Deployment.New[..10] + "/again";
        deployment.Verdicts.Clear();
        Assert.Equal(2, deployment.Reconcile().State.Attempt);
    }

    [Fact]
    public void A_retry_that_was_given_before_the_failure_does_not_wait_for_it()
    {
        var deployment = Canary();
        deployment.Commands["retry"] = Deployment.New;
        deployment.Reconcile();
        Assert.Contains("CommandIgnored", deployment.Events);

        deployment.Says("errorRate", Verdict.Fail).Reconcile();
        Assert.Equal(Phase.RolledBack, deployment.State.Phase);
    }

    [Fact]
    public void A_spec_that_goes_back_cancels_at_once_and_rejects_nothing()
    {
        var deployment = Canary();
        deployment.Declared = Deployment.Old;
        deployment.Reconcile();
        Assert.Equal((Phase.Healthy, 0), (deployment.State.Phase, deployment.Held!.Weight));
        Assert.Empty(deployment.State.Rejected);
    }

    [Fact]
    public void A_newer_revision_starts_again_from_its_offline_gates()
    {
        var deployment = Canary();
        deployment.Declared = Deployment.Newer;
        deployment.Verdicts.Clear();
        deployment.Reconcile();
        Assert.Equal((Phase.Evaluating, 0), (deployment.State.Phase, deployment.Held!.Weight));
        Assert.Equal(Deployment.Newer, deployment.State.Canary!.Revision);
    }

    [Fact]
    public void A_revision_of_the_window_returns_without_gates_and_one_that_is_too_old_does_not()
    {
        var deployment = Promoted();
        deployment.Declared = Deployment.Old;
        deployment.Verdicts.Clear();
        Assert.Equal((Phase.Healthy, Deployment.Old), (deployment.Reconcile().State.Phase, deployment.Held!.Stable!.Revision));

        var late = Promoted();
        late.Passes(TimeSpan.FromHours(25));
        late.Declared = Deployment.Old;
        late.Verdicts.Clear();
        Assert.Equal(Phase.Evaluating, late.Reconcile().State.Phase);
    }

    [Fact]
    public void An_abort_after_the_promotion_returns_to_the_former_revision()
    {
        var deployment = Promoted();
        deployment.Commands["abort"] = Deployment.New;
        deployment.Reconcile();
        Assert.Equal(Deployment.Old, deployment.Held!.Stable!.Revision);
        Assert.Equal(Phase.RolledBack, deployment.State.Phase);
        Assert.True(deployment.State.IsRejected(Deployment.New));
    }

    [Fact]
    public void A_pause_waits_for_an_approval_of_this_revision_and_each_pause_for_its_own()
    {
        var deployment = Deployment.Serving();
        deployment.Plan = deployment.Plan with
        {
            Steps = [new PlanStep { Weight = 100, Hold = TimeSpan.Zero }, new PlanStep(), new PlanStep { Weight = 500, Hold = TimeSpan.Zero }, new PlanStep()],
        };
        deployment.Declared = Deployment.New;
        deployment.Says("golden", Verdict.Pass).Says("errorRate", Verdict.Pass).Reconcile();
        Assert.Equal(Phase.Paused, deployment.Passes(TimeSpan.FromDays(3)).State.Phase);

        deployment.Commands["approve"] = Deployment.Old;
        Assert.Equal(100, deployment.Reconcile().Held!.Weight);

        deployment.Commands["approve"] = Deployment.New;
        deployment.Reconcile();
        Assert.Equal((Phase.Paused, 500), (deployment.State.Phase, deployment.Held!.Weight));

        deployment.Commands["approve"] = Deployment.New + "/second";
        Assert.Equal(Phase.Healthy, deployment.Reconcile().State.Phase);
    }

    [Fact]
    public void A_promote_command_skips_holds_but_no_gate()
    {
        var deployment = Canary().Says("errorRate", Verdict.Continue);
        deployment.Commands["promote"] = Deployment.New;
        deployment.Reconcile();
        Assert.Equal(100, deployment.Held!.Weight);

        deployment.Says("errorRate", Verdict.Pass).Reconcile();
        Assert.Equal(Phase.Healthy, deployment.State.Phase);
    }

    [Fact]
    public void On_failure_Hold_keeps_the_weight_and_waits_for_a_person()
    {
        var deployment = Canary();
        deployment.Plan = deployment.Plan with { OnFailure = OnFailure.Hold };
        deployment.Says("errorRate", Verdict.Fail).Reconcile();
        Assert.Equal((Phase.Held, 100), (deployment.State.Phase, deployment.Held!.Weight));

        deployment.Says("errorRate", Verdict.Pass).Passes(TimeSpan.FromDays(1));
        Assert.Equal((Phase.Held, 100), (deployment.State.Phase, deployment.Held!.Weight));

        deployment.Commands["abort"] = Deployment.New;
        Assert.Equal(Phase.RolledBack, deployment.Reconcile().State.Phase);
    }

    [Fact]
    public void A_prompt_that_disappears_keeps_the_weight_and_promotes_nothing()
    {
        var deployment = Canary();
        deployment.Unresolved = new DeclaredTarget.Unresolved("PromptNotFound", "no prompt", "m", "v-b");
        deployment.Passes(TimeSpan.FromMinutes(30));
        Assert.Equal((Phase.Pending, 100), (deployment.State.Phase, deployment.Held!.Weight));

        deployment.Passes(TimeSpan.FromHours(3));
        Assert.Equal(0, deployment.Held!.Weight);
    }

    [Fact]
    public void A_limiter_configuration_that_was_deleted_is_written_again_as_recorded()
    {
        var deployment = Canary();
        deployment.Held = null;
        deployment.Reconcile();
        Assert.Equal((Deployment.Old, Deployment.New, 100), (deployment.Held!.Stable!.Revision, deployment.Held.Canary, deployment.Held.Weight));
    }

    [Fact]
    public void A_lost_status_is_restored_from_the_limiters_and_never_counts_as_first()
    {
        var deployment = Canary();
        deployment.State = RolloutState.Empty;
        deployment.Verdicts.Clear();
        deployment.Reconcile();
        Assert.Equal(Deployment.Old, deployment.State.Stable!.Revision);
        Assert.Equal((Phase.Evaluating, 0), (deployment.State.Phase, deployment.Held!.Weight));
    }

    [Fact]
    public void Children_without_any_record_are_for_a_person_to_settle()
    {
        var deployment = new Deployment { HasChildren = true };
        deployment.Says("golden", Verdict.Pass).Reconcile();
        Assert.Equal((Phase.Degraded, "RecordLost"), (deployment.State.Phase, deployment.State.Reason));
        Assert.Null(deployment.Held);

        deployment.Commands["promote"] = Deployment.Old;
        Assert.Equal(Phase.Healthy, deployment.Reconcile().State.Phase);
    }

    [Fact]
    public void Records_that_disagree_change_nothing_until_a_person_says_which_is_right()
    {
        var deployment = Deployment.Serving();
        deployment.Held = deployment.Held! with { Stable = deployment.Held.Stable! with { Revision = Deployment.Newer } };
        deployment.Reconcile();
        Assert.Equal((Phase.Degraded, "RecordsDisagree"), (deployment.State.Phase, deployment.State.Reason));
        Assert.Equal(Deployment.Newer, deployment.Held.Stable!.Revision);

        deployment.Commands["promote"] = Deployment.Old;
        Assert.Equal((Phase.Healthy, Deployment.Old), (deployment.Reconcile().State.Phase, deployment.Held.Stable!.Revision));
    }

    [Fact]
    public void Edited_steps_never_leave_a_weight_that_no_step_declares()
    {
        var deployment = Canary();
        deployment.Passes(TimeSpan.FromMinutes(5));
        deployment.Plan = deployment.Plan with { Steps = [new PlanStep { Weight = 300, Hold = Hold }, new PlanStep { Weight = 5_000, Hold = Hold }] };
        deployment.Reconcile();
        Assert.Equal(300, deployment.Held!.Weight);
    }

    private static Deployment Canary()
    {
        var deployment = Deployment.Serving();
        deployment.Declared = Deployment.New;
        return deployment.Says("golden", Verdict.Pass).Says("errorRate", Verdict.Pass).Reconcile();
    }

    private static Deployment RolledBack() => Canary().Says("errorRate", Verdict.Fail).Reconcile();

    private static Deployment Promoted()
    {
        var deployment = Canary().Passes(TimeSpan.FromMinutes(5)).Passes(Hold);
        Assert.Equal(Phase.Healthy, deployment.State.Phase);
        return deployment;
    }
}
