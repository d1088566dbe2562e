using Operator.Runtime.Tests.Fakes;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Tests.Watching;

public class ReflectorTransitionsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Brief = TimeSpan.FromMilliseconds(20);

    [Theory]
    [InlineData(null, true, true, false)]
    [InlineData(null, false, true, true)]
    [InlineData(nameof(WatchFailureKind.HalfOpen), true, true, false)]
    [InlineData(nameof(WatchFailureKind.VersionUnavailable), true, false, false)]
    [InlineData(nameof(WatchFailureKind.VersionUnavailable), false, false, true)]
    [InlineData(nameof(WatchFailureKind.Unreachable), true, true, true)]
    [InlineData(nameof(WatchFailureKind.ServerError), true, true, true)]
    [InlineData(nameof(WatchFailureKind.Throttled), true, true, true)]
    [InlineData(nameof(WatchFailureKind.Denied), true, true, true)]
    [InlineData(nameof(WatchFailureKind.Invalid), true, false, true)]
    public void The_end_of_a_watch_decides_what_follows(string? kind, bool livedLong, bool resumes, bool backsOff)
    {
        WatchFailure? failure = kind is null ? null : new WatchFailure(Enum.Parse<WatchFailureKind>(kind));
        var step = ReflectorTransitions.WatchEnded<Widget>("42", livedLong ? Long : Brief, failure);
        if (resumes) Assert.Equal(new ReflectorState<Widget>.Synced("42"), step.Next);
        else Assert.Equal(new ReflectorState<Widget>.Empty(), step.Next);
        Assert.Equal(backsOff, step.Pause.BackOff);
    }

    [Fact]
    public void A_throttled_watch_waits_as_long_as_the_server_asks()
    {
        var step = ReflectorTransitions.WatchEnded<Widget>("42", Long, new WatchFailure(WatchFailureKind.Throttled, TimeSpan.FromSeconds(9)));
        Assert.Equal(new Pause(true, TimeSpan.FromSeconds(9)), step.Pause);
    }

    [Fact]
    public void An_expired_page_token_leads_to_a_list_without_pages()
    {
        var step = ReflectorTransitions.ListFailed(
            new ReflectorState<Widget>.Paging("token", []), new WatchFailure(WatchFailureKind.VersionUnavailable));
        Assert.Equal(new ReflectorState<Widget>.Empty(Whole: true), step.Next);
        Assert.False(step.Pause.BackOff);
    }

    [Fact]
    public void A_page_that_cannot_be_had_now_is_asked_for_again()
    {
        var paging = new ReflectorState<Widget>.Paging("token", []);
        var step = ReflectorTransitions.ListFailed(paging, new WatchFailure(WatchFailureKind.Unreachable));
        Assert.Same(paging, step.Next);
        Assert.True(step.Pause.BackOff);
    }
}
