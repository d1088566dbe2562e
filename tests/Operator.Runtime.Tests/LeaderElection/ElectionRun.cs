using System.Globalization;
using Operator.Testing;

namespace Operator.Runtime.Tests.LeaderElection;

/// <summary>One seeded run: a warm-up with faults, the end of a leadership, and what follows.</summary>
internal sealed class ElectionRun
{
    private readonly SimulationLoop _loop;
    private readonly SimulatedElectionCluster _cluster;
    private readonly List<SimulatedReplica> _replicas;
    private readonly List<Task> _tasks;
    private readonly Random _random;

    public ElectionRun(int seed, bool fenced = true)
    {
        var clock = new ManualTimeProvider();
        _random = new Random(seed);
        _loop = new SimulationLoop(seed, clock);
        _cluster = new SimulatedElectionCluster(_loop, clock, _random);
        _replicas = [.. Enumerable.Range(0, _random.Next(2, 5))
            .Select(i => new SimulatedReplica(_cluster, _loop, _random, string.Create(CultureInfo.InvariantCulture, $"r{i}"), fenced))];
        _tasks = [.. _replicas.Select(replica => replica.Start())];
    }

    public long Steps => _loop.Steps;

    public int Accepted => _cluster.AcceptedWrites.Count;

    public int Refused => _replicas.Sum(replica => replica.Refused);

    public string History => string.Join('\n', _cluster.LeaseCommits);

    private SimulatedReplica? Leader => _replicas.Find(replica => replica.Identity == _cluster.Holder);

    public void WarmUp()
    {
        _loop.RunFor(TimeSpan.FromSeconds(_random.Next(20, 60)));
        _loop.Run(() => Leader is { LeadsAndWrites: true });
    }

    /// <summary>Ends the present leadership and runs until another replica holds the lease.</summary>
    /// <returns>How long that took.</returns>
    public TimeSpan EndLeadership(ElectionSimulationTests.Ending ending)
    {
        // The bars hold on an ordinary network, where requests fail and answers are lost but none crawls for seconds: a renewal
        // that arrives long after its sender's death prolongs the lease, and rightly so.
        _cluster.SlowRate = 0;
        _loop.RunFor(TimeSpan.FromSeconds(10));
        // Anywhere within the renewal cycle.
        _loop.RunFor(TimeSpan.FromMilliseconds(_random.Next(0, 2000)));
        _loop.Run(() => Leader is { LeadsAndWrites: true });
        var leader = Leader!;
        var former = leader.Identity;
        var since = _cluster.Now;
        switch (ending)
        {
            case ElectionSimulationTests.Ending.Crash:
                leader.Crash();
                break;
            case ElectionSimulationTests.Ending.CleanStop:
                leader.Stop();
                break;
            case ElectionSimulationTests.Ending.Partition:
                leader.IsCutOff = true;
                break;
            case ElectionSimulationTests.Ending.Pause:
                leader.Process.IsPaused = true;
                break;
        }

        _loop.Run(() => _cluster.Holder.Length > 0 && _cluster.Holder != former);
        var took = _cluster.Now - since;
        // A pause ends while somebody else leads already: the hardest moment for a former leader.
        leader.Process.IsPaused = leader.Crashed;
        return took;
    }

    /// <summary>Pauses the present holder for a while: right after a takeover, before it has heard of it.</summary>
    public void PauseHolder(TimeSpan time)
    {
        var holder = Leader!;
        holder.Process.IsPaused = true;
        _loop.RunFor(time);
        holder.Process.IsPaused = holder.Crashed;
    }

    public void DeleteLease() => _cluster.DeleteLease();

    /// <summary>Everybody crashes, somebody deletes the lease, and a replica is installed that has seen nothing of it.</summary>
    public void Reinstall()
    {
        foreach (var replica in _replicas) replica.Crash();
        _loop.RunFor(TimeSpan.FromSeconds(1));
        DeleteLease();
        var installed = new SimulatedReplica(_cluster, _loop, _random, "installed", fenced: true);
        _replicas.Add(installed);
        _tasks.Add(installed.Start());
        _loop.Run(() => installed.LeadsAndWrites);
    }

    /// <summary>A minute more, with short partitions and pauses of whoever leads.</summary>
    public void GoOn()
    {
        _cluster.SlowRate = 0.03;
        for (var i = 0; i < 4; i++)
        {
            _loop.RunFor(TimeSpan.FromSeconds(_random.Next(5, 15)));
            if (Leader is not { } leader) continue;
            var paused = _random.Next(2) == 0;
            if (paused) leader.Process.IsPaused = true;
            else leader.IsCutOff = true;
            _loop.RunFor(TimeSpan.FromSeconds(_random.Next(1, 25)));
            leader.Process.IsPaused = leader.Crashed;
            leader.IsCutOff = leader.Crashed;
        }

        _loop.RunFor(TimeSpan.FromSeconds(20));
        foreach (var failed in _tasks.Where(task => task.IsFaulted)) failed.GetAwaiter().GetResult();
    }

    public void AssertNobodyWroteAfterItsDeadline(TimeSpan renewDeadline)
    {
        foreach (var write in _cluster.AcceptedWrites)
        {
            Assert.True(write.Writer == write.HolderThen || write.HolderThen.Length == 0 && !HandedOver(write), $"{write} was accepted while another held the lease\n{History}");
            Assert.True(write.Issued < Deadline(write.Writer, write.Issued, renewDeadline), $"{write} was sent after the deadline\n{History}");
        }
    }

    /// <summary>When all is well again, somebody leads and writes.</summary>
    public void AssertSomebodyLeads()
    {
        var healed = _cluster.Now;
        _loop.RunFor(TimeSpan.FromSeconds(60));
        Assert.True(
            _cluster.AcceptedWrites.Exists(write => write.At > healed + TimeSpan.FromSeconds(40)),
            $"nobody writes any more; {_cluster.Holder} holds the lease\n{History}");
    }

    public void AssertEpochsGrow()
    {
        var takeovers = _cluster.LeaseCommits.Where(commit => commit.Holder.Length > 0 && commit.Holder != commit.Before).ToList();
        for (var i = 1; i < takeovers.Count; i++)
        {
            if (takeovers[i].Holder == takeovers[i - 1].Holder) continue;
            Assert.True(takeovers[i].Epoch > takeovers[i - 1].Epoch, $"the epoch did not grow\n{History}");
        }
    }

    /// <summary>The latest deadline that a writer may have had at a time: after the start of its last write of the lease by then.</summary>
    private TimeSpan Deadline(string writer, TimeSpan at, TimeSpan renewDeadline) =>
        _cluster.LeaseCommits.Where(commit => commit.Holder == writer && commit.Issued <= at)
            .Select(commit => commit.Issued).DefaultIfEmpty(TimeSpan.MinValue / 2).Max() + renewDeadline;

    private bool HandedOver(SimulatedElectionCluster.AcceptedWrite write) =>
        _cluster.LeaseCommits.Exists(commit => commit.Writer == write.Writer && commit.Holder.Length == 0 && commit.At <= write.At);
}
