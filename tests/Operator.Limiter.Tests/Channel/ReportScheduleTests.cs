using Operator.Limiter.Channel;
using Operator.Testing;

namespace Operator.Limiter.Tests.Channel;

public class ReportScheduleTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task A_report_is_due_after_its_interval_and_news_bring_it_forward()
    {
        var schedule = new ReportSchedule(_time);
        schedule.Sent(TimeSpan.FromSeconds(10));
        var due = schedule.WaitAsync(CancellationToken.None);
        schedule.Within(TimeSpan.FromSeconds(2));
        Assert.False(due.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await due.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task What_is_planned_later_does_not_undo_news()
    {
        var schedule = new ReportSchedule(_time);
        schedule.Sent(TimeSpan.FromSeconds(10));
        schedule.Within(TimeSpan.Zero);
        schedule.Plan(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        await schedule.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_confirmation_is_due_at_once_and_moves_no_report()
    {
        var schedule = new ReportSchedule(_time);
        schedule.Sent(TimeSpan.FromSeconds(10));
        var due = schedule.WaitAsync(CancellationToken.None);
        schedule.Confirm();
        Assert.True(await due.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        due = schedule.WaitAsync(CancellationToken.None);
        Assert.False(due.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(await due.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_report_that_is_due_confirms_as_well()
    {
        var schedule = new ReportSchedule(_time);
        schedule.Sent(TimeSpan.FromSeconds(10));
        schedule.Confirm();
        schedule.Within(TimeSpan.Zero);
        Assert.False(await schedule.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        schedule.Sent(TimeSpan.FromSeconds(10));
        var due = schedule.WaitAsync(CancellationToken.None);
        Assert.False(due.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(10));
        await due.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_rest_of_less_than_a_millisecond_is_slept_through_as_well()
    {
        var schedule = new ReportSchedule(_time);
        schedule.Sent(TimeSpan.FromMicroseconds(400));
        using var stop = new CancellationTokenSource();
        var due = Task.Run(() => schedule.WaitAsync(stop.Token), TestContext.Current.CancellationToken);
        try
        {
            await ConnectedLimiter.UntilAsync(() => _time.PendingTimers == 1, "a timer");
            Assert.False(due.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await due.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    [Fact]
    public async Task Whoever_waits_is_told_of_the_end()
    {
        var schedule = new ReportSchedule(_time);
        schedule.Sent(TimeSpan.FromSeconds(10));
        using var stop = new CancellationTokenSource();
        var due = schedule.WaitAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => due.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(0, _time.PendingTimers);
    }

    [Fact]
    public void Waits_grow_to_their_bound_and_are_never_nothing()
    {
        var backoff = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), () => 0.999);
        Assert.Equal([1, 2, 4, 5, 5], Enumerable.Range(0, 5).Select(_ => (int)Math.Round(backoff.Next().TotalSeconds)));
        backoff.Reset();
        Assert.InRange(new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), () => 0).Next().TotalSeconds, 0.05, 0.2);
    }
}
