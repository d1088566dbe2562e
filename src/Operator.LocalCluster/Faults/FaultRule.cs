using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.Faults;

/// <summary>What a rule does to the requests that it selects.</summary>
internal enum FaultAction
{
    /// <summary>Answers an error without doing anything.</summary>
    FailBefore,

    /// <summary>Does what was asked and answers an error.</summary>
    FailAfter,

    /// <summary>Does what was asked and breaks the connection.</summary>
    LoseResponse,

    /// <summary>Waits before it does anything.</summary>
    Delay,

    /// <summary>Answers lists from an old revision.</summary>
    StaleList,

    /// <summary>Holds back the events of watches.</summary>
    HoldEvents,

    /// <summary>Sends the events of watches late.</summary>
    DelayEvents,
}

/// <summary>One fault: which requests, what, how often. Disposing it ends it.</summary>
internal sealed class FaultRule(FaultAction action, RequestMatch match, int times, Action<FaultRule> remove) : IDisposable
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = times;

    /// <summary>What happens.</summary>
    public FaultAction Action { get; } = action;

    /// <summary>The error to answer.</summary>
    public Func<ClusterRequest, ApiException>? Error { get; init; }

    /// <summary>How long to wait.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The revision of stale lists.</summary>
    public long Revision { get; init; }

    /// <summary>Completes when the rule ends.</summary>
    public Task Released => _released.Task;

    /// <summary>Whether the rule selects a request; it uses up nothing.</summary>
    public bool Selects(ClusterRequest request) => Volatile.Read(ref _left) > 0 && match.Matches(request);

    /// <summary>Whether the rule acts on a request; it uses up one of its times.</summary>
    public bool Take(ClusterRequest request)
    {
        if (!match.Matches(request)) return false;
        var left = Interlocked.Decrement(ref _left);
        if (left == 0) remove(this);
        return left >= 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _left, 0);
        remove(this);
        _released.TrySetResult();
    }
}
