using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.LeaderElection;
using Operator.Testing;

namespace Operator.Runtime.Tests.LeaderElection;

/// <summary>
/// One replica of an operator: takes part in the election and, while it leads, writes to the cluster as fast as it may. A process
/// that lost its leadership exits and is started again under a new identity.
/// </summary>
internal sealed class SimulatedReplica : IDisposable
{
    private readonly SimulatedElectionCluster _cluster;
    private readonly Random _random;
    private readonly string _name;
    private readonly bool _fenced;
    private CancellationTokenSource _stopWork = new();
    private CancellationTokenSource _stopHolding = new();
    private int _incarnation;

    public SimulatedReplica(SimulatedElectionCluster cluster, SimulationLoop loop, Random random, string name, bool fenced)
    {
        (_cluster, _random, _name, _fenced) = (cluster, random, name, fenced);
        // Clocks of machines disagree: by minutes, in either direction.
        Process = loop.AddProcess(TimeSpan.FromSeconds(random.Next(-300, 300)));
        Identity = name;
    }

    public SimulatedProcess Process { get; }

    public string Identity { get; private set; }

    /// <summary>Nothing reaches the server any more, and nothing comes back.</summary>
    public bool IsCutOff { get; set; }

    public bool Crashed { get; private set; }

    public bool Ended { get; private set; }

    /// <summary>Whether its own view is that it leads.</summary>
    public bool LeadsAndWrites { get; private set; }

    /// <summary>Writes that the fence refused or cut off.</summary>
    public int Refused { get; private set; }

    public Task Start() => Process.Start(RunAsync);

    public void Dispose()
    {
        _stopWork.Dispose();
        _stopHolding.Dispose();
    }

    /// <summary>A clean shutdown: what runs ends, then the lease is given back.</summary>
    public void Stop() => _stopWork.Cancel();

    /// <summary>The process is gone: it runs nothing and sends nothing any more.</summary>
    public void Crash() => Crashed = IsCutOff = Process.IsPaused = true;

    private async Task RunAsync()
    {
        while (!Ended)
        {
            Identity = string.Create(CultureInfo.InvariantCulture, $"{_name}-{++_incarnation}");
            var fence = new LeadershipFence(Process.Clock);
            var elector = new LeaderElector(
                _cluster.LeaseOf(this), fence, new LeaderElectionOptions(), Identity, Process.Clock, _random.NextDouble,
                NullLogger<LeaderElector>.Instance);
            IKubernetesClient client = new Writer(_cluster, this);
            if (_fenced) client = new LeaderFencedClient(client, fence, FencePolicy.LeaderOnly);
            try
            {
                await elector.AcquireAsync(_stopWork.Token);
            }
            catch (OperationCanceledException)
            {
                await elector.ReleaseAsync(default);
                Ended = true;
                return;
            }

            var hold = elector.HoldAsync(_stopHolding.Token);
            LeadsAndWrites = true;
            await WorkAsync(client, hold);
            LeadsAndWrites = false;
            _stopHolding.Cancel();
            var stillLeading = await hold;
            if (stillLeading)
            {
                await elector.ReleaseAsync(default);
                Ended = true;
                return;
            }

            (_stopWork, _stopHolding) = (new CancellationTokenSource(), new CancellationTokenSource());
            await Task.Delay(TimeSpan.FromSeconds(3), Process.Clock);
        }
    }

    private async Task WorkAsync(IKubernetesClient client, Task hold)
    {
        // Reconcilers learn late that leadership is over: only the fence stands between them and the cluster.
        while (!_stopWork.IsCancellationRequested && !hold.IsCompleted)
        {
            try
            {
                await client.CreateAsync(new Counter());
            }
            catch (LeadershipLostException)
            {
                Refused++;
            }
            catch (Exception error) when (error is HttpRequestException or KubernetesException or OperationCanceledException)
            {
                // A reconciler tries again.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(_random.Next(10, 200)), Process.Clock);
        }
    }

    [KubernetesEntity(Group = "tests", ApiVersion = "v1", Kind = "Counter", PluralName = "counters")]
    private sealed class Counter : CustomKubernetesEntity;

    private sealed class Writer(SimulatedElectionCluster cluster, SimulatedReplica replica) : StubClient
    {
        public override async Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        {
            // As every client has: a half-open connection must not hold a reconciler for ever.
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5), replica.Process.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            await cluster.WriteAsync(replica, either.Token);
            return entity;
        }
    }
}

/// <summary>A client of which a test overrides what it uses.</summary>
internal abstract class StubClient : IKubernetesClient
{
    public virtual Task<T?> GetAsync<T>(string name, string? @namespace = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<T> CreateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<T> UpdateAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<T> UpdateStatusAsync<T>(T entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<T> PatchAsync<T>(
        string name, string? @namespace, KubernetesPatch patch, PatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual Task<bool> DeleteAsync<T>(
        string name, string? @namespace = null, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    public virtual IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();
}
