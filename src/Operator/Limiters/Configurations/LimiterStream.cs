using Operator.Runtime.Caching;

namespace Operator.Limiters.Configurations;

/// <summary>An open stream: what it has to send next. The newest configuration replaces one that was not sent yet. Safe for concurrent use.</summary>
/// <param name="podUid">The pod.</param>
/// <param name="deployments">The deployments that it serves.</param>
internal sealed class LimiterStream(string podUid, IReadOnlyList<ObjectKey> deployments)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _bell = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _stale = true;
    private byte[]? _leases;

    /// <summary>The pod's UID.</summary>
    public string PodUid { get; } = podUid;

    /// <summary>The deployments.</summary>
    public IReadOnlyList<ObjectKey> Deployments { get; } = deployments;

    /// <summary>Its configuration changed.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            _stale = true;
            _bell.TrySetResult();
        }
    }

    /// <summary>Leases to be sent between two reports; newer ones replace those that were not sent.</summary>
    public void Push(byte[] leases)
    {
        lock (_gate)
        {
            _leases = leases;
            _bell.TrySetResult();
        }
    }

    /// <summary>Takes out what is to be sent.</summary>
    /// <returns>Whether the configuration is, leases if any, and what completes when there is more.</returns>
    public (bool Configuration, byte[]? Leases, Task More) Take()
    {
        lock (_gate)
        {
            var taken = (_stale, _leases);
            (_stale, _leases) = (false, null);
            if (_bell.Task.IsCompleted) _bell = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return (taken._stale, taken._leases, _bell.Task);
        }
    }
}
