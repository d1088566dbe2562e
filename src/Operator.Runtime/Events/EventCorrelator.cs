namespace Operator.Runtime.Events;

/// <summary>What is to be written of an event.</summary>
/// <param name="Event">Its first occurrence.</param>
/// <param name="Name">The name of the Event object.</param>
/// <param name="Count">How often it happened.</param>
/// <param name="LastObserved">When it happened last.</param>
internal sealed record EventWrite(RecordedEvent Event, string Name, int Count, DateTimeOffset LastObserved)
{
    /// <summary>True for a first occurrence: an object to create. False for a series: a patch of the object.</summary>
    public bool IsNew => Count == 1;
}

/// <summary>
/// Turns occurrences into few writes: the first occurrence is an Event; its first repetition makes it a series at once; further
/// ones are counted and written now and then, and once more when the series ends. Reads no clock and writes nothing itself.
/// </summary>
internal sealed class EventCorrelator(EventOptions options)
{
    private readonly EventBudget _budget = new(options.BurstPerObject, options.RefillPerObject);
    private readonly Dictionary<EventKey, Series> _series = [];
    private long _lastNumber;

    /// <summary>Whether anything is left to sweep.</summary>
    public bool IsEmpty => _series.Count == 0 && _budget.Count == 0;

    /// <summary>How many series are followed.</summary>
    public int Count => _series.Count;

    /// <summary>Takes an occurrence in.</summary>
    /// <param name="occurrence">What happened.</param>
    /// <param name="dropped">True when the object has had too many events: nothing is kept of this one.</param>
    /// <returns>What to write now; may be none.</returns>
    public IReadOnlyList<EventWrite> Observe(RecordedEvent occurrence, out bool dropped)
    {
        dropped = false;
        var now = occurrence.At;
        var writes = new List<EventWrite>();
        if (_series.TryGetValue(occurrence.Key, out var series))
        {
            if (now - series.LastObserved < options.SeriesWindow)
            {
                series.Count++;
                series.LastObserved = now;
                if ((series.Written == 1 || now - series.WrittenAt >= options.SeriesRefresh) && TakeToken(occurrence, now))
                    writes.Add(series.Write(now));
                return writes;
            }

            End(occurrence.Key, series, now, writes);
        }

        if (!TakeToken(occurrence, now))
        {
            dropped = true;
            return writes;
        }

        if (_series.Count >= options.MaxSeries)
        {
            var (oldest, silent) = _series.MinBy(pair => pair.Value.LastObserved);
            End(oldest, silent, now, writes);
        }

        var created = new Series(occurrence, occurrence.Name(NextNumber(now)));
        _series.Add(occurrence.Key, created);
        writes.Add(created.Write(now));
        return writes;
    }

    /// <summary>Ends the series that have fallen silent, and writes the counts that are due.</summary>
    public IReadOnlyList<EventWrite> Sweep(DateTimeOffset now)
    {
        var writes = new List<EventWrite>();
        foreach (var (key, series) in _series.ToList())
        {
            if (now - series.LastObserved >= options.SeriesWindow) End(key, series, now, writes);
            else if (series.IsBehind && now - series.WrittenAt >= options.SeriesRefresh && TakeToken(series.First, now)) writes.Add(series.Write(now));
        }

        _budget.Sweep(now);
        return writes;
    }

    /// <summary>Every count that is not written yet: the last words before the end.</summary>
    public IReadOnlyList<EventWrite> Flush(DateTimeOffset now) =>
        [.. _series.Values.Where(series => series.IsBehind).Select(series => series.Write(now))];

    private void End(EventKey key, Series series, DateTimeOffset now, List<EventWrite> writes)
    {
        _series.Remove(key);
        // Without a token: a series is written once more, whatever its object has used up.
        if (series.IsBehind) writes.Add(series.Write(now));
    }

    private bool TakeToken(RecordedEvent occurrence, DateTimeOffset now) => _budget.TryTake(occurrence.Key.Regarding, now);

    private long NextNumber(DateTimeOffset now)
    {
        var nanoseconds = (now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        return _lastNumber = Math.Max(nanoseconds, _lastNumber + 1);
    }

    private sealed class Series(RecordedEvent first, string name)
    {
        public RecordedEvent First => first;

        public int Count { get; set; } = 1;

        public DateTimeOffset LastObserved { get; set; } = first.At;

        public int Written { get; private set; }

        public DateTimeOffset WrittenAt { get; private set; }

        public bool IsBehind => Count > Written;

        public EventWrite Write(DateTimeOffset now)
        {
            (Written, WrittenAt) = (Count, now);
            return new EventWrite(first, name, Count, LastObserved);
        }
    }
}
