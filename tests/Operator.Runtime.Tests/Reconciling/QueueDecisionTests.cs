using Operator.Runtime.Reconciling;

namespace Operator.Runtime.Tests.Reconciling;

public class QueueDecisionTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Done_is_forgotten() =>
        Assert.Equal(new QueueDecision("success", Forget: true), QueueDecision.Of(ReconcileOutcome.Done.Instance));

    [Fact]
    public void Requeue_after_is_forgotten_and_added_later() =>
        Assert.Equal(new QueueDecision("requeue_after", Forget: true, After: Minute), QueueDecision.Of(new ReconcileOutcome.Again(Minute)));

    [Fact]
    public void A_failure_is_backed_off() =>
        Assert.Equal(new QueueDecision("error", RateLimited: true), QueueDecision.Of(new ReconcileOutcome.Failed("no")));

    [Fact]
    public void A_failure_that_names_a_time_comes_back_then_and_keeps_its_count() =>
        Assert.Equal(new QueueDecision("error", After: Minute), QueueDecision.Of(new ReconcileOutcome.Failed("no", After: Minute)));

    [Fact]
    public void A_key_that_is_behind_is_no_result_and_keeps_its_backoff() =>
        Assert.Equal(new QueueDecision(null, After: Minute), QueueDecision.Of(new ReconcileOutcome.Behind(Minute)));
}
