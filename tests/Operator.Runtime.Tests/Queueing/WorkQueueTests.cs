using Operator.Runtime.Queueing;
using Operator.Testing;

namespace Operator.Runtime.Tests.Queueing;

public sealed class WorkQueueTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>(_time);

    public void Dispose() => _queue.Dispose();

    [Fact]
    public void Keys_come_in_the_order_in_which_they_were_added()
    {
        foreach (var key in new[] { "a", "b", "c" }) _queue.Add(key);
        Assert.Equal(["a", "b", "c"], [Get(), Get(), Get()]);
    }

    [Fact]
    public void A_key_that_waits_is_handed_out_once()
    {
        _queue.Add("a");
        _queue.Add("a");
        Assert.Equal(1, _queue.Depth);
        Assert.Equal("a", Get());
        Assert.False(Ask().IsCompleted);
    }

    [Fact]
    public void A_key_that_is_added_while_a_worker_has_it_waits_until_that_worker_is_done()
    {
        _queue.Add("a");
        Get();
        _queue.Add("a");
        var next = Ask();
        Assert.False(next.IsCompleted);
        _queue.Done("a");
        Assert.Equal("a", Key(next));
    }

    [Fact]
    public void A_key_that_was_done_and_not_added_again_does_not_come_back()
    {
        _queue.Add("a");
        Get();
        _queue.Done("a");
        Assert.False(Ask().IsCompleted);
        Assert.Equal((0, 0), (_queue.Depth, _queue.Processing));
    }

    [Fact]
    public void A_waiting_worker_gets_the_next_key()
    {
        var (first, second) = (Ask(), Ask());
        _queue.Add("a");
        Assert.Equal("a", Key(first));
        Assert.False(second.IsCompleted);
    }

    [Fact]
    public void Changes_go_before_the_initial_listing()
    {
        _queue.Add("listed", WorkPriority.Low);
        _queue.Add("changed");
        Assert.Equal(["changed", "listed"], [Get(), Get()]);
    }

    [Fact]
    public void A_change_raises_a_key_of_the_initial_listing()
    {
        _queue.Add("first", WorkPriority.Low);
        _queue.Add("second", WorkPriority.Low);
        _queue.Add("second");
        _queue.Add("second", WorkPriority.Low);
        Assert.Equal(["second", "first"], [Get(), Get()]);
        Assert.False(Ask().IsCompleted);
    }

    [Fact]
    public void A_stream_of_changes_does_not_starve_the_initial_listing()
    {
        _queue.Add("listed", WorkPriority.Low);
        var got = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            _queue.Add($"changed{i}");
            got.Add(Get());
        }
        Assert.InRange(got.IndexOf("listed"), 1, 20);
    }

    [Fact]
    public void A_delayed_key_comes_when_it_is_due()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.Equal((0, 1), (_queue.Depth, _queue.Delayed));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal((1, 0), (_queue.Depth, _queue.Delayed));
    }

    [Fact]
    public void Of_two_delays_of_a_key_the_earlier_counts()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));
        _queue.AddAfter("a", TimeSpan.FromSeconds(20));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("a", Get());
        _queue.Done("a");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (_queue.Depth, _queue.Delayed));
    }

    [Fact]
    public void Delayed_keys_come_in_the_order_of_their_times()
    {
        foreach (var (key, seconds) in new[] { ("c", 3), ("a", 1), ("b", 2) }) _queue.AddAfter(key, TimeSpan.FromSeconds(seconds));
        var order = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            order.Add(Get());
        }
        Assert.Equal(["a", "b", "c"], order);
    }

    [Fact]
    public void Many_delayed_keys_need_one_timer()
    {
        for (var i = 0; i < 1_000; i++) _queue.AddAfter($"k{i}", TimeSpan.FromSeconds(1 + i % 60));
        Assert.Equal(1, _time.PendingTimers);
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal(1_000, _queue.Depth);
    }

    [Fact]
    public void The_backoff_of_a_key_doubles_until_it_is_forgotten()
    {
        Assert.Equal([5, 10, 20, 40], Enumerable.Range(0, 4).Select(_ => _queue.AddRateLimited("a").TotalMilliseconds));
        Assert.Equal(5, _queue.AddRateLimited("b").TotalMilliseconds);
        Assert.Equal(4, _queue.Failures("a"));
        _queue.Forget("a");
        Assert.Equal(5, _queue.AddRateLimited("a").TotalMilliseconds);
    }

    [Theory]
    [InlineData(0, 0.005)]
    [InlineData(1, 0.01)]
    [InlineData(10, 5.12)]
    [InlineData(17, 655.36)]
    [InlineData(18, 1000)]
    [InlineData(int.MaxValue, 1000)]
    public void The_backoff_ends_at_a_thousand_seconds(int failures, double seconds) =>
        Assert.Equal(seconds, new ItemBackoff<string>().Delay(failures).TotalSeconds, 6);

    [Fact]
    public void A_worker_that_leaves_takes_no_key_with_it()
    {
        using var leaving = new CancellationTokenSource();
        var gone = _queue.GetAsync(leaving.Token).AsTask();
        var stays = Ask();
        leaving.Cancel();
        _queue.Add("a");
        Assert.Equal("a", Key(stays));
        Assert.True(SpinWait.SpinUntil(() => gone.IsCanceled, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void A_shutdown_sends_waiting_workers_home_and_waits_for_those_that_work()
    {
        _queue.Add("a");
        _queue.Add("b");
        Get();
        Get();
        var idle = Ask();
        var drained = _queue.ShutDownAsync();
        Assert.Null(Answer(idle));
        _queue.Add("c");
        _queue.AddAfter("d", TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Null(Answer(Ask()));
        _queue.Done("a");
        Assert.False(drained.IsCompleted);
        _queue.Done("b");
        Assert.True(drained.IsCompleted);
        Assert.Same(drained, _queue.ShutDownAsync());
    }

    [Fact]
    public void Giving_back_a_key_that_one_does_not_have_is_a_defect()
    {
        _queue.Add("a");
        Assert.Throws<InvalidOperationException>(() => _queue.Done("a"));
        Assert.Throws<InvalidOperationException>(() => _queue.Done("b"));
    }

    [Fact]
    public void Unfinished_work_is_measured()
    {
        _queue.Add("a");
        _queue.Add("b");
        Get();
        _time.Advance(TimeSpan.FromSeconds(3));
        Get();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(5)), _queue.Unfinished());
    }

    private Task<WorkItem<string>?> Ask() => _queue.GetAsync().AsTask();

    private string Get() => Key(Ask());

    private static string Key(Task<WorkItem<string>?> got) => Answer(got)!.Value.Key;

    private static WorkItem<string>? Answer(Task<WorkItem<string>?> got)
    {
        Assert.True(SpinWait.SpinUntil(() => got.IsCompleted, TimeSpan.FromSeconds(30)), "the worker should have been answered");
        return got.GetAwaiter().GetResult();
    }
}
