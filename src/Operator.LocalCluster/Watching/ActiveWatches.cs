using System.Collections.Concurrent;
using Operator.LocalCluster.Faults;

namespace Operator.LocalCluster.Watching;

/// <summary>How a watch is made to end.</summary>
internal enum WatchEnding
{
    /// <summary>The server ends it, cleanly.</summary>
    Close,

    /// <summary>The connection breaks.</summary>
    Abort,

    /// <summary>Nothing is sent any more, and the connection stays.</summary>
    Freeze,

    /// <summary>An ERROR event of 410, then a clean end.</summary>
    Expire,
}

/// <summary>The watches that are open.</summary>
internal sealed class ActiveWatches
{
    private readonly ConcurrentDictionary<WatchSession, ClusterRequest> _sessions = new();

    /// <summary>Adds a watch.</summary>
    public void Add(WatchSession session, ClusterRequest request) => _sessions[session] = request;

    /// <summary>Removes a watch that ended.</summary>
    public void Remove(WatchSession session) => _sessions.TryRemove(session, out _);

    /// <summary>How many watches are selected.</summary>
    public int Count(RequestMatch match) => _sessions.Values.Count(match.Matches);

    /// <summary>The selected watches, with the number of lines that each was sent; null for one that is still to be sent some.</summary>
    public IReadOnlyList<(ClusterRequest Request, long? Delivered)> Delivered(RequestMatch match) =>
        [.. _sessions.Where(s => match.Matches(s.Value)).Select(s => (s.Value, s.Key.Delivered))];

    /// <summary>Ends the selected watches; answers how many.</summary>
    public int End(RequestMatch match, WatchEnding ending)
    {
        var count = 0;
        foreach (var (session, request) in _sessions)
        {
            if (!match.Matches(request)) continue;
            session.End(ending);
            count++;
        }
        return count;
    }
}
