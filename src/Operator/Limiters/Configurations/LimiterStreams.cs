using System.Collections.Concurrent;
using Operator.Runtime.Caching;

namespace Operator.Limiters.Configurations;

/// <summary>All open streams. Safe for concurrent use.</summary>
internal sealed class LimiterStreams : IDisposable
{
    private readonly ConcurrentDictionary<LimiterStream, byte> _open = new();
    private readonly LimiterConfigurations _configurations;

    public LimiterStreams(LimiterConfigurations configurations)
    {
        _configurations = configurations;
        _configurations.Changed += Refresh;
    }

    /// <summary>How many there are.</summary>
    public int Count => _open.Count;

    /// <summary>Adds one.</summary>
    public void Add(LimiterStream stream) => _open[stream] = 0;

    /// <summary>Removes one.</summary>
    public void Remove(LimiterStream stream) => _open.TryRemove(stream, out _);

    /// <summary>Sends leases to a pod, if it listens.</summary>
    public void Push(string podUid, byte[] leases)
    {
        foreach (var stream in _open.Keys)
        {
            if (stream.PodUid == podUid) stream.Push(leases);
        }
    }

    public void Dispose() => _configurations.Changed -= Refresh;

    private void Refresh(ObjectKey deployment)
    {
        foreach (var stream in _open.Keys)
        {
            if (stream.Deployments.Contains(deployment)) stream.Refresh();
        }
    }
}
