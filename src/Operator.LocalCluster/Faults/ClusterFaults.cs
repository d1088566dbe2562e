using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Storage;
using Operator.LocalCluster.Watching;

namespace Operator.LocalCluster.Faults;

/// <summary>
/// The bad days that a test asks of a local cluster. A fault lasts until the handle that the method returned is disposed or
/// until it has acted so often as was asked. Safe for concurrent use.
/// </summary>
public sealed class ClusterFaults
{
    private readonly Lock _gate = new();
    private readonly ObjectStore _store;
    private readonly ActiveWatches _watches;
    private ImmutableArray<FaultRule> _rules = [];
    private ImmutableList<string> _killedWebhooks = [];
    private int _refusals;

    internal ClusterFaults(ObjectStore store, ActiveWatches watches)
    {
        _store = store;
        _watches = watches;
    }

    /// <summary>Raised when connections are to be refused from now on: open ones break.</summary>
    internal event Action? Refused;

    /// <summary>All requests that reached the cluster.</summary>
    public RequestLog Requests { get; } = new();

    /// <summary>Whether new connections break at once.</summary>
    internal bool RefusesConnections => Volatile.Read(ref _refusals) > 0;

    /// <summary>Answers an error and does nothing.</summary>
    /// <param name="match">Which requests.</param>
    /// <param name="status">The HTTP status code.</param>
    /// <param name="reason">The Status reason.</param>
    /// <param name="message">The Status message.</param>
    /// <param name="times">How often.</param>
    public IDisposable FailBeforeCommit(
        RequestMatch match, int status = 500, string reason = "InternalError", string message = "injected fault", int times = int.MaxValue) =>
        Add(new(FaultAction.FailBefore, match, times, Remove) { Error = _ => Failure(status, reason, message) });

    /// <summary>Does what was asked and answers an error all the same.</summary>
    /// <param name="match">Which requests.</param>
    /// <param name="status">The HTTP status code.</param>
    /// <param name="reason">The Status reason.</param>
    /// <param name="message">The Status message.</param>
    /// <param name="times">How often.</param>
    public IDisposable FailAfterCommit(
        RequestMatch match, int status = 500, string reason = "InternalError", string message = "injected fault", int times = int.MaxValue) =>
        Add(new(FaultAction.FailAfter, match, times, Remove) { Error = _ => Failure(status, reason, message) });

    /// <summary>Does what was asked and breaks the connection instead of answering.</summary>
    public IDisposable LoseResponse(RequestMatch match, int times = 1) => Add(new(FaultAction.LoseResponse, match, times, Remove));

    /// <summary>Answers 409 as if somebody else had changed the object.</summary>
    public IDisposable Conflict(RequestMatch match, int times = 1) => Add(new(FaultAction.FailBefore, match, times, Remove)
    {
        Error = request => new ApiException(
            409, "Conflict", $"Operation cannot be fulfilled on {ApiErrors.Qualified(request.Group, request.Resource)} \"{request.Name}\": "
            + "the object has been modified; please apply your changes to the latest version and try again",
            ApiErrors.Details(request.Name, request.Group, request.Resource)),
    });

    /// <summary>Answers 401 as if the credentials had expired.</summary>
    public IDisposable Unauthorized(RequestMatch match, int times = int.MaxValue) =>
        Add(new(FaultAction.FailBefore, match, times, Remove) { Error = _ => new ApiException(401, "Unauthorized", "Unauthorized") });

    /// <summary>Answers 429 with <c>Retry-After</c> in whole seconds.</summary>
    public IDisposable Throttle(RequestMatch match, int retryAfterSeconds = 1, int times = int.MaxValue) =>
        Add(new(FaultAction.FailBefore, match, times, Remove)
        {
            Error = _ => new ApiException(
                429, "TooManyRequests", "the server has received too many requests and has asked us to try again later",
                new JsonObject { ["retryAfterSeconds"] = retryAfterSeconds }),
        });

    /// <summary>Waits before anything is done, by the cluster's clock.</summary>
    public IDisposable Delay(RequestMatch match, TimeSpan wait, int times = int.MaxValue) =>
        Add(new(FaultAction.Delay, match, times, Remove) { Wait = wait });

    /// <summary>Answers lists without a version from the state of now, however much is written later.</summary>
    public IDisposable ServeStaleLists(RequestMatch match) =>
        Add(new(FaultAction.StaleList, match, int.MaxValue, Remove) { Revision = _store.Revision });

    /// <summary>Holds the events of watches back until the handle is disposed; other kinds' events overtake them.</summary>
    public IDisposable HoldWatchEvents(RequestMatch match) => Add(new(FaultAction.HoldEvents, match, int.MaxValue, Remove));

    /// <summary>Sends each event of watches late, by the cluster's clock.</summary>
    public IDisposable DelayWatchEvents(RequestMatch match, TimeSpan wait) =>
        Add(new(FaultAction.DelayEvents, match, int.MaxValue, Remove) { Wait = wait });

    /// <summary>Breaks the connections of open watches; answers how many.</summary>
    public int DropWatches(RequestMatch match) => _watches.End(match, WatchEnding.Abort);

    /// <summary>Ends open watches as a server does when their time is over; answers how many.</summary>
    public int CloseWatches(RequestMatch match) => _watches.End(match, WatchEnding.Close);

    /// <summary>Lets open watches fall silent while their connections stay open; answers how many.</summary>
    public int FreezeWatches(RequestMatch match) => _watches.End(match, WatchEnding.Freeze);

    /// <summary>Ends open watches with an ERROR event of 410; answers how many.</summary>
    public int ExpireWatches(RequestMatch match) => _watches.End(match, WatchEnding.Expire);

    /// <summary>How many watches are open.</summary>
    public int CountWatches(RequestMatch match) => _watches.Count(match);

    /// <summary>The open watches, with the number of lines that each was sent; null for one that is still to be sent some.</summary>
    internal IReadOnlyList<(ClusterRequest Request, long? Delivered)> WatchedLines() => _watches.Delivered(RequestMatch.Any);

    /// <summary>Forgets all history: watches and lists of versions before now are answered with 410.</summary>
    public void ExpireVersions() => _store.Compact(_store.Advance());

    /// <summary>Breaks open connections, and new ones at once, until the handle is disposed.</summary>
    public IDisposable RefuseConnections()
    {
        Interlocked.Increment(ref _refusals);
        Refused?.Invoke();
        return new Handle(() => Interlocked.Decrement(ref _refusals));
    }

    /// <summary>Makes calls of an admission webhook fail as if nobody listened, until the handle is disposed.</summary>
    /// <param name="name">The webhook's name in its configuration.</param>
    public IDisposable KillWebhook(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ImmutableInterlocked.Update(ref _killedWebhooks, list => list.Add(name));
        return new Handle(() => ImmutableInterlocked.Update(ref _killedWebhooks, list => list.Remove(name)));
    }

    internal bool IsWebhookKilled(string name) => _killedWebhooks.Contains(name);

    /// <summary>The first rule of an action that acts on this request.</summary>
    internal FaultRule? Take(FaultAction action, ClusterRequest request)
    {
        foreach (var rule in _rules)
            if (rule.Action == action && rule.Take(request)) return rule;
        return null;
    }

    /// <summary>The first rule of an action that selects this request, which stays as it is.</summary>
    internal FaultRule? Find(FaultAction action, ClusterRequest request)
    {
        foreach (var rule in _rules)
            if (rule.Action == action && rule.Selects(request)) return rule;
        return null;
    }

    private FaultRule Add(FaultRule rule)
    {
        lock (_gate) _rules = _rules.Add(rule);
        return rule;
    }

    private void Remove(FaultRule rule)
    {
        lock (_gate) _rules = _rules.Remove(rule);
    }

    private static ApiException Failure(int status, string reason, string message) => new(status, reason, message);

    private sealed class Handle(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
    }
}
