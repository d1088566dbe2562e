using Operator.Kubernetes;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Properties;

/// <summary>The fake API on a simulated clock.</summary>
public sealed class FakeFaultyCluster : IFaultyCluster
{
    private readonly Simulation _simulation = new();

    public FakeFaultyCluster() => Api = new FakeCluster(_simulation.Time);

    public FakeCluster Api { get; }

    public IKubernetesClient Client => Api;

    public TimeProvider Time => _simulation.Time;

    public Task Start(Func<Task> body) => _simulation.Start(body);

    public Task PassAsync(TimeSpan time)
    {
        // Long waits in long steps: only the order of what is due matters, and the clock keeps that within a step.
        _simulation.Advance(time, time > TimeSpan.FromSeconds(10) ? TimeSpan.FromSeconds(2) : TimeSpan.FromMilliseconds(200));
        return Task.CompletedTask;
    }

    public Task EndWatchesAsync(WatchEnd end) => Change(w => w.End = end);

    public Task HalfOpenWatchesAsync() => Change(w => w.HalfOpen = true);

    public Task SendBookmarksAsync() => Change(w => w.SendBookmark = true);

    public Task ExpireVersionsAsync()
    {
        Api.History.Skip();
        Api.History.Compact();
        return Task.CompletedTask;
    }

    public Task RefuseReadsAsync(Func<Exception>? answer)
    {
        Api.Fault = request => answer is not null && request.Verb is "list" or "watch" ? answer?.Invoke() : null;
        return Task.CompletedTask;
    }

    public Task LoseNextAnswerAsync()
    {
        Api.FaultAfterCommit = request =>
        {
            if (request.Verb is not ("patch" or "patch/status")) return null;
            Api.FaultAfterCommit = static _ => null;
            return FakeErrors.Refused();
        };
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _simulation.Settle();
        return ValueTask.CompletedTask;
    }

    private Task Change(Action<FakeWatch> change)
    {
        Api.ForEachWatch(change);
        return Task.CompletedTask;
    }
}
