using System.Net;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.LeaderElection;
using Operator.Testing;

namespace Operator.Runtime.Tests.LeaderElection;

/// <summary>An API server with one lease and one counter, behind a network that delays, loses and cuts.</summary>
internal sealed class SimulatedElectionCluster(SimulationLoop loop, ManualTimeProvider clock, Random random)
{
    private readonly SimulatedProcess _server = loop.AddProcess();
    private readonly List<ChannelWriter<LeaseVersion?>> _watches = [];
    private LeaderElectionRecord? _record;
    private DateTimeOffset _created;
    private int _version;

    public List<LeaseCommit> LeaseCommits { get; } = [];

    public List<AcceptedWrite> AcceptedWrites { get; } = [];

    /// <summary>Chance that a request fails before it is executed, and again that its answer is lost.</summary>
    public double FaultRate { get; set; } = 0.05;

    /// <summary>Chance that a request crawls: seconds instead of milliseconds, below the slack of the lease.</summary>
    public double SlowRate { get; set; } = 0.03;

    public TimeSpan Now => clock.GetUtcNow() - DateTimeOffset.UnixEpoch;

    public string Holder => _record?.HolderIdentity ?? "";

    public ILeaseLock LeaseOf(SimulatedReplica replica) => new Lease(this, replica);

    /// <summary>One write to the cluster under a leader's name, as a client call would be.</summary>
    public Task WriteAsync(SimulatedReplica replica, CancellationToken cancellationToken)
    {
        var issued = Now;
        var identity = replica.Identity;
        return CallAsync(
            replica,
            () =>
            {
                AcceptedWrites.Add(new AcceptedWrite(identity, issued, Now, Holder));
                return 0;
            },
            cancellationToken);
    }

    /// <summary>Deletes the lease, as a person might.</summary>
    public void DeleteLease()
    {
        _record = null;
        _version++;
        Notify(null);
    }

    private async Task<T> CallAsync<T>(SimulatedReplica replica, Func<T> execute, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = new TaskCompletionSource<T>();
        _ = _server.Start(() => TransitAsync(replica, execute, answer, cancellationToken));
        return await answer.Task.WaitAsync(cancellationToken);
    }

    private async Task TransitAsync<T>(
        SimulatedReplica replica, Func<T> execute, TaskCompletionSource<T> answer, CancellationToken cancellationToken)
    {
        if (replica.IsCutOff)
        {
            // Either refused at once, or a half-open connection on which nothing ever comes back.
            if (random.Next(2) == 0) answer.TrySetException(new HttpRequestException("connection refused"));
            return;
        }

        await Task.Delay(Latency(), _server.Clock, CancellationToken.None);
        // A cancelled request may or may not be stopped on its way.
        if (cancellationToken.IsCancellationRequested && random.Next(2) == 0) return;
        if (random.NextDouble() < FaultRate)
        {
            answer.TrySetException(Error(HttpStatusCode.InternalServerError, "InternalError"));
            return;
        }

        try
        {
            var result = execute();
            await Task.Delay(Latency(), _server.Clock, CancellationToken.None);
            if (random.NextDouble() < FaultRate) answer.TrySetException(new HttpRequestException("connection reset; the answer is lost"));
            else if (!replica.IsCutOff) answer.TrySetResult(result);
        }
        catch (KubernetesException error)
        {
            answer.TrySetException(error);
        }
    }

    private TimeSpan Latency() => TimeSpan.FromMilliseconds(random.NextDouble() < SlowRate ? random.Next(1000, 4900) : random.Next(1, 60));

    private static KubernetesException Error(HttpStatusCode code, string reason) =>
        new(code, new V1Status { Status = "Failure", Reason = reason, Message = reason, Code = (int)code });

    private LeaseVersion? Read() => _record is null ? null : new LeaseVersion(_record, _version, _created);

    private LeaseVersion Commit(SimulatedReplica replica, TimeSpan issued, LeaderElectionRecord record, object? previous)
    {
        if (previous is null && _record is not null) throw Error(HttpStatusCode.Conflict, "AlreadyExists");
        if (previous is not null && _record is null) throw Error(HttpStatusCode.NotFound, "NotFound");
        if (previous is not null && !previous.Equals(_version)) throw Error(HttpStatusCode.Conflict, "Conflict");
        // As on the wire: whole seconds.
        if (previous is null) _created = DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var before = Holder;
        _record = record;
        _version++;
        var version = Read()!;
        LeaseCommits.Add(new LeaseCommit(replica.Identity, before, record.HolderIdentity, version.Epoch, issued, Now));
        Notify(version);
        return version;
    }

    private void Notify(LeaseVersion? version)
    {
        foreach (var watch in _watches) watch.TryWrite(version);
    }

    private async IAsyncEnumerable<LeaseVersion?> WatchAsync(
        SimulatedReplica replica, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (replica.IsCutOff) throw new HttpRequestException("connection refused");
        var channel = Channel.CreateUnbounded<LeaseVersion?>();
        _watches.Add(channel.Writer);
        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                // Not ReadAllAsync: it leaves the synchronization context.
                if (!channel.Reader.TryRead(out var version)) continue;
                if (replica.IsCutOff) continue;
                await Task.Delay(Latency(), replica.Process.Clock, cancellationToken);
                yield return version;
                if (random.NextDouble() < FaultRate) yield break;
            }
        }
        finally
        {
            _watches.Remove(channel.Writer);
        }
    }

    /// <summary>A write of the lease that the server took.</summary>
    internal sealed record LeaseCommit(string Writer, string Before, string Holder, long Epoch, TimeSpan Issued, TimeSpan At);

    /// <summary>A write of a leader that the server took.</summary>
    internal sealed record AcceptedWrite(string Writer, TimeSpan Issued, TimeSpan At, string HolderThen);

    private sealed class Lease(SimulatedElectionCluster cluster, SimulatedReplica replica) : ILeaseLock
    {
        public string Description => "simulated/lease";

        public Task<LeaseVersion?> ReadAsync(CancellationToken cancellationToken) =>
            cluster.CallAsync(replica, cluster.Read, cancellationToken);

        public Task<LeaseVersion> CreateAsync(LeaderElectionRecord record, CancellationToken cancellationToken) =>
            Write(record, null, cancellationToken);

        public Task<LeaseVersion> UpdateAsync(LeaseVersion previous, LeaderElectionRecord record, CancellationToken cancellationToken) =>
            Write(record, previous.Source, cancellationToken);

        public IAsyncEnumerable<LeaseVersion?> WatchAsync(CancellationToken cancellationToken) =>
            cluster.WatchAsync(replica, cancellationToken);

        private Task<LeaseVersion> Write(LeaderElectionRecord record, object? previous, CancellationToken cancellationToken)
        {
            var issued = cluster.Now;
            return cluster.CallAsync(replica, () => cluster.Commit(replica, issued, record, previous), cancellationToken);
        }
    }
}
