using Operator.Kubernetes;

namespace Operator.Runtime.Tests.Fakes;

/// <summary>How the fake API ends a watch.</summary>
public enum WatchEnd
{
    Open,
    Closed,
    Broken,
    Expired,
}

/// <summary>An open watch of the fake API.</summary>
public sealed class FakeWatch(string resource, string? @namespace, long position)
{
    // Continuations run where the waiting code was started (a simulation posts them): no detour over the thread pool.
    private TaskCompletionSource _signal = new();

    public string Resource => resource;

    public string? Namespace => @namespace;

    public long Position { get; set; } = position;

    /// <summary>Nothing comes any more, and nothing ends it: the other side is gone.</summary>
    public bool HalfOpen { get; set; }

    /// <summary>Nothing comes for now.</summary>
    public bool Paused { get; set; }

    public WatchEnd End { get; set; }

    public bool SendBookmark { get; set; }

    public Exception? Error { get; set; }

    public void Signal()
    {
        var signal = _signal;
        _signal = new();
        signal.TrySetResult();
    }

    public Task WaitAsync(CancellationToken cancellationToken) => _signal.Task.WaitAsync(cancellationToken);
}
