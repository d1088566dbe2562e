using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.LeaderElection;
using Operator.Testing;

namespace Operator.Runtime.Tests.LeaderElection;

public class LeadershipFenceTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Writes_pass_from_the_first_lease_until_the_deadline_after_the_start_of_the_last_renewal()
    {
        using var fence = new LeadershipFence(_clock);
        Assert.False(fence.IsOpen);
        Extend(fence);
        _clock.Advance(TimeSpan.FromSeconds(9));
        Assert.True(fence.IsOpen);
        var start = _clock.GetTimestamp();
        var wall = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromMilliseconds(900));
        Assert.True(fence.Extend(start, wall, Deadline));
        _clock.Advance(TimeSpan.FromMilliseconds(9099));
        Assert.True(fence.IsOpen);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(fence.IsOpen);
        Assert.True(fence.Closed.IsCancellationRequested);
    }

    [Fact]
    public void A_renewal_that_comes_too_late_opens_nothing()
    {
        using var fence = new LeadershipFence(_clock);
        Extend(fence);
        var (start, wall) = (_clock.GetTimestamp(), _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(fence.Extend(_clock.GetTimestamp(), _clock.GetUtcNow(), Deadline));
        Assert.False(fence.Extend(start, wall, TimeSpan.FromHours(1)));
        Assert.True(fence.IsClosed);
    }

    [Fact]
    public void A_first_lease_that_comes_too_late_can_be_tried_again()
    {
        using var fence = new LeadershipFence(_clock);
        var (start, wall) = (_clock.GetTimestamp(), _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromSeconds(12));
        Assert.False(fence.Extend(start, wall, Deadline));
        Assert.False(fence.IsOpen);
        Assert.False(fence.IsClosed);
        Extend(fence);
        Assert.True(fence.IsOpen);
    }

    [Fact]
    public void The_fence_closes_by_the_wall_clock_where_monotonic_time_stood_still()
    {
        var suspended = new SuspendedClock(_clock);
        using var fence = new LeadershipFence(suspended);
        Assert.True(fence.Extend(suspended.GetTimestamp(), suspended.GetUtcNow(), Deadline));
        suspended.WallJump = TimeSpan.FromSeconds(11);
        Assert.False(fence.IsOpen);
    }

    [Fact]
    public async Task A_write_under_way_is_cut_off_at_the_deadline_and_the_next_is_refused_unsent()
    {
        using var fence = new LeadershipFence(_clock);
        var inner = new HangingClient();
        var client = new LeaderFencedClient(inner, fence, FencePolicy.LeaderOnly);
        Extend(fence);
        var write = client.CreateAsync(new Thing { Metadata = { Name = "a" } });
        Assert.False(write.IsCompleted);
        _clock.Advance(Deadline);
        var error = await Assert.ThrowsAsync<LeadershipLostException>(() => write);
        Assert.Contains("\"a\"", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LeadershipLostException>(() => client.DeleteAsync<Thing>("b"));
        Assert.Equal(["create"], inner.Sent);
    }

    [Fact]
    public async Task A_standby_writes_nothing_except_where_every_replica_may()
    {
        using var fence = new LeadershipFence(_clock);
        var inner = new HangingClient();
        var strict = new LeaderFencedClient(inner, fence, FencePolicy.LeaderOnly);
        var lenient = new LeaderFencedClient(inner, fence, FencePolicy.AllButFormerLeader);
        var patch = new KubernetesPatch(PatchType.Merge, "{}"u8.ToArray());
        await Assert.ThrowsAsync<LeadershipLostException>(() => strict.PatchAsync<Thing>("a", null, patch));
        Assert.False(lenient.PatchAsync<Thing>("a", null, patch).IsCompleted);
        Extend(fence);
        _clock.Advance(Deadline);
        await Assert.ThrowsAsync<LeadershipLostException>(() => lenient.PatchAsync<Thing>("a", null, patch));
        Assert.Equal(["patch"], inner.Sent);
    }

    [Fact]
    public async Task A_callers_own_cancellation_stays_a_cancellation()
    {
        using var fence = new LeadershipFence(_clock);
        Extend(fence);
        using var caller = new CancellationTokenSource();
        var write = new LeaderFencedClient(new HangingClient(), fence, FencePolicy.LeaderOnly).UpdateAsync(new Thing(), null, caller.Token);
        caller.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    private void Extend(LeadershipFence fence) => Assert.True(fence.Extend(_clock.GetTimestamp(), _clock.GetUtcNow(), Deadline));

    [KubernetesEntity(Group = "tests", ApiVersion = "v1", Kind = "Thing", PluralName = "things")]
    private sealed class Thing : CustomKubernetesEntity;

    private sealed class SuspendedClock(ManualTimeProvider inner) : TimeProvider
    {
        public TimeSpan WallJump { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + WallJump;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            inner.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class HangingClient : StubClient
    {
        public List<string> Sent { get; } = [];

        public override Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
            Hang<T>("create", cancellationToken);

        public override Task<T> UpdateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default) =>
            Hang<T>("update", cancellationToken);

        public override Task<T> PatchAsync<T>(
            string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null,
            CancellationToken cancellationToken = default) => Hang<T>("patch", cancellationToken);

        public override Task<bool> DeleteAsync<T>(
            string name, string? @namespace = null, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
            Hang<bool>("delete", cancellationToken);

        private async Task<T> Hang<T>(string verb, CancellationToken cancellationToken)
        {
            Sent.Add(verb);
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("unreachable");
        }
    }
}
