using Operator.Limiter.Forwarding;
using Operator.Testing;

namespace Operator.Limiter.Tests.Forwarding;

public sealed class CallDeadlineTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly CancellationTokenSource _caller = new();

    public void Dispose() => _caller.Dispose();

    [Fact]
    public void A_step_ends_when_its_time_is_over_and_not_before()
    {
        using var deadline = new CallDeadline(_time, _caller.Token);
        var end = deadline.Within(TimeSpan.FromMinutes(5));
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.False(end.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(end.IsCancellationRequested);
        Assert.False(deadline.CallerLeft);
    }

    [Fact]
    public void A_step_ends_when_the_caller_leaves()
    {
        using var deadline = new CallDeadline(_time, _caller.Token);
        var end = deadline.Within(TimeSpan.FromMinutes(5));
        _caller.Cancel();
        Assert.True(end.IsCancellationRequested);
        Assert.True(deadline.CallerLeft);
    }

    [Fact]
    public void What_goes_on_is_not_ended_and_silence_is_within_a_second_of_its_limit()
    {
        using var deadline = new CallDeadline(_time, _caller.Token);
        var end = deadline.Within(TimeSpan.FromSeconds(10));
        for (var i = 0; i < 1_000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            deadline.GoOn();
        }
        Assert.False(end.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(end.IsCancellationRequested);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(end.IsCancellationRequested);
    }

    [Fact]
    public void A_step_that_came_too_late_does_not_end_the_next()
    {
        using var deadline = new CallDeadline(_time, _caller.Token);
        var late = deadline.Within(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(late.IsCancellationRequested);
        var next = deadline.Within(TimeSpan.FromSeconds(1));
        Assert.False(next.IsCancellationRequested);
        _caller.Cancel();
        Assert.True(next.IsCancellationRequested);
    }
}
