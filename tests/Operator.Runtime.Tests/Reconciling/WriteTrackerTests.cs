using Operator.Runtime.Caching;
using Operator.Runtime.Reconciling;
using Operator.Testing;

namespace Operator.Runtime.Tests.Reconciling;

public class WriteTrackerTests
{
    private static readonly ObjectKey Key = new("default", "a");

    private readonly ManualTimeProvider _time = new();
    private readonly WriteTracker _tracker;
    private readonly List<ObjectKey> _caughtUp = [];

    public WriteTrackerTests()
    {
        _tracker = new WriteTracker(_time);
        _tracker.CaughtUp += _caughtUp.Add;
    }

    [Fact]
    public void The_cache_is_behind_from_the_write_until_its_version_is_seen()
    {
        Reconcile(() => _tracker.Wrote(Key, "w"));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(3), _tracker.Behind(Key));
        _tracker.Observed(Key, "somebody else's, on the way");
        Assert.NotNull(_tracker.Behind(Key));
        _tracker.Observed(Key, "w");
        Assert.Null(_tracker.Behind(Key));
        Assert.Equal(0, _tracker.Count);
    }

    [Fact]
    public void Only_a_key_that_was_held_back_is_brought_back()
    {
        Reconcile(() => _tracker.Wrote(Key, "w1"));
        _tracker.Observed(Key, "w1");
        Assert.Empty(_caughtUp);
        Assert.False(_tracker.HoldBack(Key));
        Reconcile(() => _tracker.Wrote(Key, "w2"));
        Assert.True(_tracker.HoldBack(Key));
        _tracker.Observed(Key, "w2");
        Assert.Equal([Key], _caughtUp);
        Reconcile(() => _tracker.Wrote(Key, "w3"));
        _tracker.Observed(Key, "w3");
        Assert.Equal([Key], _caughtUp);
    }

    [Fact]
    public void An_event_that_overtakes_the_answer_counts()
    {
        Reconcile(() =>
        {
            _tracker.Observed(Key, "w");
            _tracker.Observed(Key, "x");
            _tracker.Wrote(Key, "w");
        });
        Assert.Null(_tracker.Behind(Key));
        Assert.Equal(0, _tracker.Count);
    }

    [Fact]
    public void A_write_that_changed_nothing_waits_for_nothing()
    {
        Reconcile(() => _tracker.Wrote(Key, "cached"));
        Assert.Null(_tracker.Behind(Key));
    }

    [Fact]
    public void Only_the_last_of_several_writes_counts()
    {
        Reconcile(() =>
        {
            _tracker.Wrote(Key, "w1");
            _tracker.Wrote(Key, "w2");
        });
        _tracker.Observed(Key, "w1");
        Assert.NotNull(_tracker.Behind(Key));
        _tracker.Observed(Key, "w2");
        Assert.Null(_tracker.Behind(Key));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_list_counts_only_if_it_began_after_the_write(bool after)
    {
        if (!after) _tracker.ListStarted();
        Reconcile(() => _tracker.Wrote(Key, "w"));
        _tracker.HoldBack(Key);
        if (after) _tracker.ListStarted();
        _tracker.Observed(Key, "another");
        _tracker.Listed();
        Assert.Equal(after, _tracker.Behind(Key) is null);
        Assert.Equal(after ? [Key] : [], _caughtUp);
    }

    [Fact]
    public void A_deletion_ends_the_waiting()
    {
        Reconcile(() => _tracker.Wrote(Key, "w"));
        _tracker.HoldBack(Key);
        _tracker.Observed(Key, null);
        Assert.Null(_tracker.Behind(Key));
        Assert.Equal([Key], _caughtUp);
    }

    [Fact]
    public void A_write_whose_object_was_seen_gone_waits_for_nothing()
    {
        Reconcile(() =>
        {
            _tracker.Observed(Key, null);
            _tracker.Wrote(Key, "w");
        });
        Assert.Equal(0, _tracker.Count);
    }

    [Fact]
    public void A_write_to_the_next_object_of_the_name_is_waited_for()
    {
        Reconcile(() =>
        {
            _tracker.Observed(Key, null);
            _tracker.Observed(Key, "new");
            _tracker.Wrote(Key, "w");
        });
        Assert.NotNull(_tracker.Behind(Key));
    }

    [Fact]
    public void Writes_outside_of_a_reconcile_are_not_tracked()
    {
        _tracker.Wrote(Key, "w");
        Assert.Equal(0, _tracker.Count);
    }

    [Fact]
    public void A_live_read_makes_the_cache_owe_its_version()
    {
        Reconcile(() => _tracker.Wrote(Key, "w"));
        Reconcile(() => _tracker.ReadLive(Key, "x"));
        _tracker.Observed(Key, "w");
        Assert.NotNull(_tracker.Behind(Key));
        _tracker.Observed(Key, "x");
        Assert.Null(_tracker.Behind(Key));
    }

    [Fact]
    public void A_live_read_of_what_the_cache_has_ends_the_waiting()
    {
        Reconcile(() => _tracker.Wrote(Key, "w"));
        Reconcile(() => _tracker.ReadLive(Key, "cached"));
        Assert.Null(_tracker.Behind(Key));
        Assert.Equal(0, _tracker.Count);
    }

    private void Reconcile(Action body)
    {
        _tracker.Begin(Key, "cached");
        body();
        _tracker.End(Key);
    }
}
