using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Runtime.Hosting;

namespace Operator.Runtime.LeaderElection;

/// <summary>
/// One candidate's part in an election: wait for the lease, hold it, give it back. The three are called in this order, each once.
/// </summary>
internal sealed partial class LeaderElector : ILeaderElection, ILeadershipTerm
{
    private readonly ILeaseLock _lock;
    private readonly LeadershipFence _fence;
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _clock;
    private readonly Func<double> _random;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _leading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LeaseObservation _observation = LeaseObservation.None;
    private LeaseVersion? _version;
    private bool _mayHold;
    private volatile bool _released;
    private LeaseVersion? _term;

    /// <param name="lease">The lease.</param>
    /// <param name="fence">The fence that opens and closes with this candidate's leadership.</param>
    /// <param name="options">Durations; valid.</param>
    /// <param name="identity">The name of this candidate.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="random">Uniform numbers in [0, 1) for jitter.</param>
    /// <param name="logger">The log.</param>
    public LeaderElector(
        ILeaseLock lease, LeadershipFence fence, LeaderElectionOptions options, string identity,
        TimeProvider clock, Func<double> random, ILogger<LeaderElector> logger)
    {
        (_lock, _fence, _options, _clock, _random, _log) = (lease, fence, options, clock, random, logger);
        Identity = identity;
        _origin = clock.GetTimestamp();
    }

    private enum Attempt
    {
        /// <summary>The lease is ours and freshly written.</summary>
        Held,

        /// <summary>Somebody else holds it.</summary>
        Waiting,

        /// <summary>A request failed; what it did is not known.</summary>
        Failed,

        /// <summary>It was ours and is somebody else's.</summary>
        Lost,
    }

    public string Identity { get; }

    public bool IsLeader => _fence.IsOpen;

    public long? Epoch => _fence.IsOpen ? Volatile.Read(ref _term)?.Epoch : null;

    public bool IsFirst => _fence.IsOpen && Volatile.Read(ref _term)?.Record.LeaseTransitions == 0;

    public string LeaderIdentity => Observation is { Exists: true, Record: { } record } ? record.HolderIdentity : "";

    /// <summary>Whether this process led and lost its lease, rather than giving it back.</summary>
    public bool WasLost => _fence.IsClosed && !_released;

    public CancellationToken LeadershipLost => _fence.Closed;

    private LeaseObservation Observation
    {
        get { lock (_gate) return _observation; }
    }

    private TimeSpan Now => _clock.GetElapsedTime(_origin);

    public Task WaitUntilLeaderAsync(CancellationToken cancellationToken) => _leading.Task.WaitAsync(cancellationToken);

    /// <summary>Waits until this process leads.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; call <see cref="ReleaseAsync"/> then too.</exception>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        Log.Candidate(_log, Identity, _lock.Description);
        var bell = new LeaseBell(_lock, _options, _clock, _log);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = bell.WatchAsync(watching.Token);
        try
        {
            for (var failures = 0; ;)
            {
                bell.Reset();
                var attempt = await TryAsync(leading: false, cancellationToken);
                if (attempt == Attempt.Held) break;
                cancellationToken.ThrowIfCancellationRequested();
                failures = attempt == Attempt.Failed ? failures + 1 : 0;
                await bell.WaitAsync(CandidateDelay(failures), cancellationToken);
            }
        }
        finally
        {
            watching.Cancel();
            await watch;
        }

        Log.Leading(_log, Identity, _lock.Description, Epoch ?? 0);
        _leading.TrySetResult();
    }

    /// <summary>Renews the lease until told to stop or until leadership is lost.</summary>
    /// <param name="stop">Ends the renewals; the lease stays held until it is released or runs out.</param>
    /// <returns>True when stopped while still leading; false when leadership was lost and the process must end.</returns>
    public async Task<bool> HoldAsync(CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop, _fence.Closed);
        try
        {
            while (true)
            {
                await Task.Delay(_options.RetryPeriod, _clock, ended.Token);
                if (await TryAsync(leading: true, ended.Token) == Attempt.Lost) _fence.Close();
            }
        }
        catch (OperationCanceledException)
        {
            if (!_fence.IsClosed) return true;
            Log.Lost(_log, Identity, _lock.Description, LeaderIdentity);
            return false;
        }
    }

    /// <summary>
    /// Gives the lease back where this process holds it, or may hold it because an answer was lost. Writes end before it is given
    /// back. A failure is logged: the lease then runs out by itself.
    /// </summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        _released = !_fence.IsClosed;
        _fence.Close();
        if (!_mayHold) return;
        using var bounded = new CancellationTokenSource(_options.ReleaseTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, bounded.Token);
        try
        {
            while (!await TryReleaseAsync(either.Token)) await Task.Delay(_options.RetryPeriod / 8, _clock, either.Token);
        }
        catch (OperationCanceledException)
        {
            Log.NotReleased(_log, _lock.Description, _options.LeaseDuration);
        }
    }

    private async Task<bool> TryReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await _lock.ReadAsync(cancellationToken) is not { } held || held.Record.HolderIdentity != Identity) return true;
            await _lock.UpdateAsync(held, LeaderElectionDecision.Release(held.Record, _clock.GetUtcNow()), cancellationToken);
            Log.Released(_log, Identity, _lock.Description);
            return true;
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Log.ReleaseFailed(_log, _lock.Description, error);
            return false;
        }
    }

    private async Task<Attempt> TryAsync(bool leading, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.RequestTimeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            // A leader writes over the version that it wrote last; only a refusal makes it look what happened.
            if (!leading || _version is null) Observe(await _lock.ReadAsync(either.Token));
            try
            {
                return await DecideAndWriteAsync(leading, either.Token);
            }
            catch (KubernetesException error) when (leading && (error.IsConflict || error.IsNotFound || error.IsAlreadyExists))
            {
                Observe(await _lock.ReadAsync(either.Token));
                return await DecideAndWriteAsync(leading, either.Token);
            }
        }
        catch (Exception error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Whatever went wrong, the next look at the lease tells where things stand.
            _version = null;
            if (leading) Log.RenewFailed(_log, _lock.Description, _fence.Remaining, error);
            else Log.AcquireFailed(_log, _lock.Description, error);
            return Attempt.Failed;
        }
    }

    private async Task<Attempt> DecideAndWriteAsync(bool leading, CancellationToken cancellationToken)
    {
        // Before the request is sent: whoever sees the new record sees it later than this.
        var (start, wallStart) = (_clock.GetTimestamp(), _clock.GetUtcNow());
        var decision = LeaderElectionDecision.Decide(Observation, leading, Now, wallStart, Identity, _options.LeaseDuration);
        if (decision.Record is not { } record) return decision.Action == LeaderElectionAction.Lost ? Attempt.Lost : Attempt.Waiting;

        _mayHold = true;
        var written = decision.Action == LeaderElectionAction.Create
            ? await _lock.CreateAsync(record, cancellationToken)
            : await _lock.UpdateAsync(_version!, record, cancellationToken);
        Observe(written);
        // Of the lease as it was taken: written anew after a deletion it has another age, and the leader is the same.
        if (!leading) Volatile.Write(ref _term, written);
        if (_fence.Extend(start, wallStart, _options.RenewDeadline)) return Attempt.Held;
        // The answer took longer than a leadership lasts. Who did not lead yet still holds the lease, and renews it as the next try.
        return leading ? Attempt.Lost : Attempt.Failed;
    }

    private void Observe(LeaseVersion? seen)
    {
        _version = seen;
        lock (_gate) _observation = _observation.See(seen?.Record, Now);
    }

    private TimeSpan CandidateDelay(int failures)
    {
        var shortest = _options.RetryPeriod / LeaderElectionOptions.JitterFactor;
        var delay = shortest + ((_options.RetryPeriod - shortest) * _random());
        // After a failed request the lease may be there for the taking: ask again sooner, at first.
        if (failures > 0) return failures > 3 ? delay : delay / (1 << (4 - failures));
        var left = (Observation.ExpiresAt(_options.LeaseDuration) ?? Now) - Now;
        return left > TimeSpan.Zero && left < delay ? left : delay;
    }
}
