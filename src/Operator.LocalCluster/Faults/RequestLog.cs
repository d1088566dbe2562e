namespace Operator.LocalCluster.Faults;

/// <summary>The requests that reached the cluster, so that a test can count a client's calls. Safe for concurrent use.</summary>
public sealed class RequestLog
{
    private const int Capacity = 100_000;
    private readonly Lock _gate = new();
    private readonly Queue<ClusterRequest> _requests = new();

    internal RequestLog()
    {
    }

    /// <summary>How many requests came since the start or the last <see cref="Clear"/>, forgotten ones included.</summary>
    public long Total
    {
        get { lock (_gate) return field; }
        private set;
    }

    /// <summary>The kept requests in the order of their arrival; at most 100 000.</summary>
    public IReadOnlyList<ClusterRequest> Snapshot()
    {
        lock (_gate) return [.. _requests];
    }

    /// <summary>How many of the kept requests are selected.</summary>
    public int Count(RequestMatch match)
    {
        ArgumentNullException.ThrowIfNull(match);
        return Snapshot().Count(match.Matches);
    }

    /// <summary>Forgets all requests.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _requests.Clear();
            Total = 0;
        }
    }

    internal void Add(ClusterRequest request)
    {
        lock (_gate)
        {
            Total++;
            if (_requests.Count == Capacity) _requests.Dequeue();
            _requests.Enqueue(request);
        }
    }
}
