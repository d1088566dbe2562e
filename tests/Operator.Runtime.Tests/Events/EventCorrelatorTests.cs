using Operator.Kubernetes.Models;
using Operator.Runtime.Events;

namespace Operator.Runtime.Tests.Events;

public class EventCorrelatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly EventCorrelator _correlator = new(new EventOptions());

    [Fact]
    public void A_first_occurrence_is_created_and_its_first_repetition_is_written_at_once()
    {
        var first = Assert.Single(Observe(0));
        Assert.True(first.IsNew);
        var second = Assert.Single(Observe(1));
        Assert.False(second.IsNew);
        Assert.Equal((2, first.Name, Start.AddSeconds(1)), (second.Count, second.Name, second.LastObserved));
    }

    [Fact]
    public void Further_repetitions_are_counted_and_written_at_most_once_a_minute()
    {
        Observe(0);
        Observe(1);
        var written = Enumerable.Range(2, 178).SelectMany(second => Observe(second)).ToList();
        Assert.Equal([62, 122], written.Select(write => write.Count));
    }

    [Fact]
    public void Another_note_is_the_same_series_and_every_other_difference_is_another_event()
    {
        Observe(0);
        Assert.False(Assert.Single(Observe(1, note: "other")).IsNew);
        Assert.True(Assert.Single(Observe(2, reason: "Other")).IsNew);
        Assert.True(Assert.Single(Observe(2, action: "Other")).IsNew);
        Assert.True(Assert.Single(Observe(2, type: EventType.Warning)).IsNew);
        Assert.True(Assert.Single(Observe(2, name: "other")).IsNew);
        Assert.True(Assert.Single(Observe(2, uid: "other")).IsNew);
        Assert.True(Assert.Single(Observe(2, related: new V1ObjectReference { Name = "x" })).IsNew);
    }

    [Fact]
    public void Another_subject_is_an_event_of_its_own_and_the_same_one_is_a_repetition()
    {
        Assert.True(Assert.Single(Observe(0, subject: "step 1")).IsNew);
        Assert.True(Assert.Single(Observe(1, subject: "step 2")).IsNew);
        Assert.True(Assert.Single(Observe(2)).IsNew);
        Assert.False(Assert.Single(Observe(3, subject: "step 1")).IsNew);
    }

    [Fact]
    public void A_newer_version_of_the_object_is_the_same_object()
    {
        Observe(0, version: "1");
        Assert.False(Assert.Single(Observe(1, version: "2")).IsNew);
    }

    [Fact]
    public void A_series_ends_after_six_silent_minutes_with_its_last_count()
    {
        Observe(0);
        Observe(1);
        Observe(2);
        Assert.Empty(_correlator.Sweep(Start.AddSeconds(3)));
        var last = Assert.Single(_correlator.Sweep(Start.AddSeconds(2).AddMinutes(6)));
        Assert.Equal(3, last.Count);
        Assert.Equal(0, _correlator.Count);
        Assert.True(Assert.Single(Observe(500)).IsNew);
    }

    [Fact]
    public void An_occurrence_after_six_minutes_ends_the_old_series_and_begins_a_new_event()
    {
        Observe(0);
        Observe(1);
        Observe(2);
        var writes = Observe(2 + 360);
        Assert.Equal([3, 1], writes.Select(write => write.Count));
        Assert.NotEqual(writes[0].Name, writes[1].Name);
    }

    [Fact]
    public void A_sweep_writes_counts_that_are_due()
    {
        Observe(0);
        Observe(1);
        Observe(2);
        Assert.Empty(_correlator.Sweep(Start.AddSeconds(60)));
        Assert.Equal(3, Assert.Single(_correlator.Sweep(Start.AddSeconds(61))).Count);
        Assert.Empty(_correlator.Sweep(Start.AddSeconds(200)));
    }

    [Fact]
    public void A_flush_writes_what_is_behind_and_nothing_twice()
    {
        Observe(0);
        Observe(1);
        Observe(2);
        Observe(2, name: "quiet");
        Assert.Equal(3, Assert.Single(_correlator.Flush(Start.AddSeconds(3))).Count);
        Assert.Empty(_correlator.Flush(Start.AddSeconds(4)));
    }

    [Fact]
    public void One_object_has_25_events_at_once_and_one_more_every_five_minutes()
    {
        var created = Enumerable.Range(0, 40).Count(i => Observe(0, reason: "R" + i).Count == 1);
        Assert.Equal(25, created);
        _correlator.Observe(Event(0, reason: "R99"), out var dropped);
        Assert.True(dropped);
        Assert.Single(Observe(0, name: "other"));
        Assert.Empty(Observe(299, reason: "Later"));
        Assert.Single(Observe(301, reason: "Later"));
        Assert.Empty(Observe(302, reason: "Later2"));
    }

    [Fact]
    public void A_series_without_tokens_still_counts_and_is_written_when_it_ends()
    {
        for (var i = 0; i < 25; i++) Observe(0, reason: "R" + i);
        for (var i = 1; i < 10; i++) Assert.Empty(Observe(i, reason: "R0"));
        Assert.Contains(_correlator.Sweep(Start.AddMinutes(7)), write => write is { Count: 10, Event.Reason: "R0" });
    }

    [Fact]
    public void The_number_of_series_is_bounded()
    {
        var correlator = new EventCorrelator(new EventOptions { MaxSeries = 10 });
        for (var i = 0; i < 100; i++) correlator.Observe(Event(i, name: "n" + i), out _);
        Assert.Equal(10, correlator.Count);
    }

    [Fact]
    public void An_idle_correlator_empties()
    {
        Observe(0);
        Assert.False(_correlator.IsEmpty);
        _correlator.Sweep(Start.AddMinutes(10));
        Assert.True(_correlator.IsEmpty);
    }

    [Fact]
    public void Names_are_unique_at_the_same_instant_and_when_the_clock_goes_back()
    {
        var names = Enumerable.Range(0, 20).Select(i => Observe(-i, name: "n" + (i % 2), reason: "R" + i)[0].Name).ToList();
        Assert.Equal(20, names.Distinct().Count());
    }

    [Theory]
    [InlineData("web", "web.")]
    [InlineData("system:node:A", "system-node-a.")]
    [InlineData(":::", "event.")]
    public void The_name_is_a_dns_name_whatever_the_object_is_called(string name, string start)
    {
        var given = Observe(0, name: name)[0].Name;
        Assert.StartsWith(start, given, StringComparison.Ordinal);
        Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", given);
    }

    [Fact]
    public void A_long_name_is_cut_to_what_the_api_takes()
    {
        var given = Observe(0, name: new string('a', 252) + "b")[0].Name;
        Assert.InRange(given.Length, 240, 253);
        Assert.Matches("^a+\\.[0-9a-f]+$", given);
    }

    [Fact]
    public void Events_of_cluster_scoped_objects_live_in_default()
    {
        Assert.Equal("default", (Event(0) with { Regarding = new V1ObjectReference { Name = "node" } }).Namespace);
        Assert.Equal("shop", Event(0).Namespace);
    }

    private static RecordedEvent Event(
        double seconds, string reason = "Promoted", string action = "Promote", string note = "n", EventType type = EventType.Normal,
        string name = "web", string uid = "u", string? version = null, V1ObjectReference? related = null) =>
        new(
            type, reason, action, note,
            new V1ObjectReference { ApiVersion = "v1", Kind = "Pod", Name = name, NamespaceProperty = "shop", Uid = uid, ResourceVersion = version },
            related, Start.AddSeconds(seconds));

    private IReadOnlyList<EventWrite> Observe(
        double seconds, string reason = "Promoted", string action = "Promote", string note = "n", EventType type = EventType.Normal,
        string name = "web", string uid = "u", string? version = null, V1ObjectReference? related = null, string? subject = null) =>
        _correlator.Observe(Event(seconds, reason, action, note, type, name, uid, version, related) is var e && subject is null
            ? e
            : new RecordedEvent(e.Type, e.Reason, e.Action, e.Note, e.Regarding, e.Related, e.At, subject), out _);
}
