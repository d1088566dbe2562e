using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;
using Operator.Rollouts.Measurements;
using Operator.Runtime.Caching;

namespace Operator.Rollouts;

/// <summary>
/// What this process keeps of one deployment between reconciles. All of it can be lost: status and children say the same again. Used
/// by one reconcile at a time; <see cref="Live"/> and <see cref="Seen"/> are read by the monitor too.
/// </summary>
internal sealed class RolloutSession(string uid)
{
    private volatile LiveGateSet? _live;
    private volatile string _seen = "";
    private volatile WatchedRollout? _watched;

    /// <summary>The deployment's UID: another deployment of the same name gets another session.</summary>
    public string Uid { get; } = uid;

    /// <summary>The roles of the last generations.</summary>
    public ConfigurationLedger Ledger { get; } = new();

    /// <summary>The traffic of the last minutes.</summary>
    public TrafficMeter Traffic { get; } = new();

    /// <summary>The last valid spec and its plan.</summary>
    public (ClaudeDeploymentSpec Spec, RolloutPlan Plan)? Valid { get; set; }

    /// <summary>Whether checkpoints of the status were continued, or there were none: that may be done once a process.</summary>
    public bool Resumed { get; set; }

    /// <summary>Whether this process wrote the very first configuration: no limiter can hold an older one.</summary>
    public bool WroteFirst { get; set; }

    /// <summary>When numbers of the status that change all the time were last written.</summary>
    public DateTimeOffset? NumbersWrittenAt { get; set; }

    /// <summary>The limiter ConfigMap as this process last wrote it, with the version that the cache had before.</summary>
    public (V1ConfigMap Map, string? CacheVersion, DateTimeOffset At)? Written { get; set; }

    /// <summary>Warnings that were given, so that each is given once.</summary>
    public HashSet<string> Warned { get; } = new(StringComparer.Ordinal);

    /// <summary>The live gates of the canary; null when none has traffic.</summary>
    public LiveGateSet? Live
    {
        get => _live;
        set => _live = value;
    }

    /// <summary>What the last decision saw of measurements, in short: when that changes, a new decision is due.</summary>
    public string Seen
    {
        get => _seen;
        set => _seen = value;
    }

    /// <summary>What the monitor watches; null when the deployment waits for no measurement.</summary>
    public WatchedRollout? Watched
    {
        get => _watched;
        set => _watched = value;
    }
}

/// <summary>What the monitor needs to tell whether a decision is due.</summary>
/// <param name="Stable">The recorded stable revision.</param>
/// <param name="Held">What limiters shall hold.</param>
/// <param name="Generation">Its generation.</param>
internal sealed record WatchedRollout(string? Stable, HeldConfiguration? Held, long Generation);

/// <summary>The sessions of all deployments.</summary>
internal sealed class RolloutSessions
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<ObjectKey, RolloutSession> _sessions = new();

    /// <summary>The session of a deployment; a new one when the name was used by another before.</summary>
    public RolloutSession Of(ObjectKey key, string uid) =>
        _sessions.AddOrUpdate(key, _ => new RolloutSession(uid), (_, known) => known.Uid == uid ? known : new RolloutSession(uid));

    /// <summary>Forgets a deployment that is gone.</summary>
    public void Forget(ObjectKey key) => _sessions.TryRemove(key, out _);

    /// <summary>The deployments that wait for measurements.</summary>
    public IEnumerable<(ObjectKey Key, RolloutSession Session)> Watched() =>
        _sessions.Where(s => s.Value.Watched is not null).Select(s => (s.Key, s.Value));
}
