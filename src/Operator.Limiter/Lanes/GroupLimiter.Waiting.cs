using Operator.Contract;
using Operator.Limiter.Limiting;

namespace Operator.Limiter.Lanes;

/// <content>Those who wait: whose turn it is, who hopes, and who gave up.</content>
internal sealed partial class GroupLimiter
{
    /// <summary>How many may hope for a larger share while a shortage is news.</summary>
    private const int Hopeful = 32;

    private static readonly TimeSpan LongestSleep = TimeSpan.FromMilliseconds(250);

    /// <summary>For how long a shortage is news: the operator hears of it at once, and may answer with a larger share.</summary>
    private static readonly TimeSpan News = TimeSpan.FromSeconds(3);

    private async ValueTask<Admission> Cancellable(LinkedListNode<Waiter> node, CancellationToken cancellation)
    {
        await using var registration = cancellation.Register(() =>
        {
            lock (_gate)
            {
                if (node.List is null) return;
                Drop(node);
                node.Value.TrySetCanceled(cancellation);
                Pump();
            }
        }).ConfigureAwait(false);
        return await node.Value.Task.ConfigureAwait(false);
    }

    private bool NobodyAhead(Lane lane)
    {
        if (_lanes[(int)lane].Count > 0) return false;
        return lane != Lane.Bulk || (_lanes[0].Count == 0 && _lanes[1].Count == 0);
    }

    /// <summary>Counts a request that the share in force does not suffice for.</summary>
    /// <returns>Whether that began a moment ago: what it forecasts is worth little before the operator has answered.</returns>
    private bool IsNews()
    {
        var now = _time.GetTimestamp();
        var since = _shortage is { } known && _time.GetElapsedTime(known.Last, now) <= News ? known.Since : now;
        _shortage = (since, now);
        return _time.GetElapsedTime(since, now) < News;
    }

    private void Drop(LinkedListNode<Waiter> node)
    {
        var lane = (int)node.Value.Lane;
        _lanes[lane].Remove(node);
        if (node.Value.IsHopeful) _hopeful--;
        // Sums of fractions drift: an empty queue holds nothing.
        _backlog[lane] = _lanes[lane].Count == 0 ? default : _backlog[lane] - node.Value.Need;
    }

    private void Pump()
    {
        var sleep = double.PositiveInfinity;
        Expire();
        Span<double> heads = stackalloc double[LanePolicy.Count];
        Span<bool> blocked = stackalloc bool[LanePolicy.Count];
        while (true)
        {
            for (var i = 0; i < heads.Length; i++) heads[i] = blocked[i] || _lanes[i].First is not { } first ? double.NaN : first.Value.Cost;
            if (_turns.Next(heads) is not { } lane) break;
            var node = _lanes[(int)lane].First!;
            var waiter = node.Value;
            var capped = _caps.Wait(lane, waiter.Need);
            if (capped > 0)
            {
                // Only its own maximum holds this lane: others go on.
                blocked[(int)lane] = true;
                sleep = Math.Min(sleep, capped);
                continue;
            }
            var wait = Wait(lane, waiter.Need).Seconds;
            if (wait > 0)
            {
                sleep = Math.Min(sleep, wait);
                break;
            }
            Drop(node);
            _turns.Sent(lane, waiter.Cost);
            waiter.TrySetResult(new Admission(null, Grant(lane, waiter.Need)));
        }
        if (_lanes[0].Count + _lanes[1].Count + _lanes[2].Count == 0) return;
        // A lease may arrive and patience may end in between: nobody sleeps long.
        var due = Math.Clamp(sleep, 0.001, LongestSleep.TotalSeconds);
        _timer.Change(TimeSpan.FromSeconds(due), Timeout.InfiniteTimeSpan);
    }

    /// <summary>Refuses those whose patience ended, and those who hoped for a larger share that did not come.</summary>
    private void Expire()
    {
        for (var lane = 0; lane < _lanes.Length; lane++)
        {
            Tokens ahead = default;
            for (var i = 0; i < lane; i++) ahead += _backlog[i];
            for (var node = _lanes[lane].First; node is not null;)
            {
                var next = node.Next;
                var waiter = node.Value;
                var left = waiter.Patience - _time.GetElapsedTime(waiter.Since);
                var closed = Frozen() is { Final: true } frozen && frozen.Left > TimeSpan.Zero ? Closed(waiter.Lane) : null;
                if (closed is null && left > TimeSpan.Zero && !HasNoHope(waiter, left, ahead))
                {
                    if (_hopeful == 0) break;
                    ahead += waiter.Need;
                    node = next;
                    continue;
                }
                var (seconds, dimension) = Wait(waiter.Lane, waiter.Need);
                Drop(node);
                waiter.TrySetResult(new Admission(closed ?? Limited(Name(dimension), seconds, left > TimeSpan.Zero ? UsedUp : WaitedLong), null));
                node = next;
            }
        }
    }

    /// <summary>Whether a larger share was hoped for long enough, and what there is would take longer than the patience that is left.</summary>
    private bool HasNoHope(Waiter waiter, TimeSpan left, Tokens ahead)
    {
        if (!waiter.IsHopeful || _time.GetElapsedTime(waiter.Since) < News) return false;
        waiter.IsHopeful = false;
        _hopeful--;
        return IsHopeless(Wait(waiter.Lane, waiter.Need).Seconds + Over(ahead), left);
    }
}
