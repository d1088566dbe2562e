using System.Collections.Immutable;
using System.Globalization;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>One decision in the making: what is given, and what was concluded so far.</summary>
internal sealed class RolloutTurn(RolloutPlan plan, RolloutState recorded, RolloutObservation seen, DateTimeOffset now)
{
    private readonly List<RolloutEvent> _events = [];
    private RollbackMark? _mark;

    public RolloutPlan Plan { get; } = plan;

    public RolloutObservation Seen { get; } = seen;

    public DateTimeOffset Now { get; } = now;

    /// <summary>The record as it will be.</summary>
    public RolloutState State { get; set; } = CommandRecord.Forget(recorded, seen);

    /// <summary>When time alone may change the decision.</summary>
    public DateTimeOffset? NextAt { get; private set; }

    /// <summary>Offline gates whose runs must exist.</summary>
    public ImmutableArray<string> NeededEvals { get; set; } = [];

    /// <summary>Whether limiters may still send traffic to a canary that has none any more.</summary>
    public bool ReturningTraffic =>
        State.Weight == 0
        && ((Seen.Held is { Weight: > 0 } held && held.Canary != State.Stable?.Revision)
            || Seen.AcknowledgedWeight > 0
            || (State.Phase == Phase.RollingBack && Seen.AcknowledgedWeight is null));

    /// <summary>Remembers that something happened.</summary>
    /// <param name="reason">One CamelCase word.</param>
    /// <param name="message">A sentence.</param>
    /// <param name="warning">Whether a person should look.</param>
    /// <param name="subject">What it is told about; null for the canary's present step, or for stable where there is no canary.</param>
    public void Happened(string reason, string message, bool warning = false, string? subject = null) =>
        _events.Add(new RolloutEvent(reason, message, warning, subject ?? Subject()));

    /// <summary>Enters a phase.</summary>
    public void Enter(Phase phase, string reason, string message) => State = State with { Phase = phase, Reason = reason, Message = message };

    /// <summary>Asks to be called again at a time, if that is the earliest asked for.</summary>
    public void Wake(DateTimeOffset at)
    {
        if (at > Now && (NextAt is null || at < NextAt)) NextAt = at;
    }

    /// <summary>Marks the next configuration as a rollback.</summary>
    public void Mark(RollbackMark mark) => _mark = mark;

    /// <summary>Whether a command names a revision and was not acted on; if so it counts as acted on from now.</summary>
    public bool Take(string command, string revision)
    {
        if (!CommandRecord.IsPending(State, Seen, command, revision)) return false;
        State = State with { Commands = State.Commands.Add(new ActedCommand(command, Seen.Commands[command], Now)) };
        return true;
    }

    /// <summary>Makes the decision from what was concluded.</summary>
    public RolloutDecision Conclude()
    {
        CommandRecord.IgnoreRest(this);
        var standby = RollbackWindow.Standby(Plan, State, Seen, Now);
        if (RollbackWindow.NextExpiry(Plan, State, Now) is { } expiry) Wake(expiry);
        var desired = Desired(standby);
        return new RolloutDecision
        {
            State = State,
            Configuration = desired,
            ConfigurationFirst = desired is not null && MovesTowardsStable(desired),
            NeededEvals = NeededEvals,
            Events = [.. _events],
            NextAt = NextAt,
        };
    }

    /// <summary>Makes a decision that leaves the limiters alone.</summary>
    public RolloutDecision Halt() => new() { State = State, Events = [.. _events] };

    private string? Subject()
    {
        var (at, about) = State.Canary is { } canary ? (State, canary) : (recorded, recorded.Canary ?? State.Stable);
        return about is null ? null : string.Create(CultureInfo.InvariantCulture, $"{RolloutPolicy.Short(about.Revision)}/{at.Attempt}/{at.Step}");
    }

    private DesiredConfiguration? Desired(ImmutableArray<string> standby)
    {
        if (State.Stable is null && State.Canary is null && Seen.Held is null) return null;
        var canary = State.Weight > 0 ? State.Canary?.Revision : null;
        var mark = _mark ?? (Seen.Held?.RolledBack is { } held && State.IsRejected(held.Revision) ? held : null);
        return new DesiredConfiguration(State.Stable?.Revision, canary, canary is null ? 0 : State.Weight, standby, mark);
    }

    private bool MovesTowardsStable(DesiredConfiguration desired)
    {
        if (Seen.Held is not { } held) return false;
        if (_mark is not null && desired.Stable != held.Stable?.Revision) return true;
        if (held.Canary is null || held.Weight == 0 || desired.Stable == held.Canary) return false;
        return desired.Canary != held.Canary || desired.Weight < held.Weight;
    }
}
