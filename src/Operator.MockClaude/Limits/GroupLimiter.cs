using Operator.MockClaude.Accounts;

namespace Operator.MockClaude.Limits;

/// <summary>All buckets of one organization for one model group: its own and its workspaces'. One lock, so a request takes all or nothing.</summary>
internal sealed class GroupLimiter
{
    private readonly Lock _gate = new();
    private readonly LimitSet _organization = new("organization");
    private readonly Dictionary<string, LimitSet> _workspaces = new(StringComparer.Ordinal);
    private readonly GroupEntry _group;
    private readonly double _burstSeconds;
    private readonly RampGuard? _ramp;

    public GroupLimiter(GroupEntry group, GroupLimits limits, double burstSeconds, RampGuard? ramp, double now)
    {
        _group = group;
        _burstSeconds = burstSeconds;
        _ramp = ramp;
        SetOrganization(limits, now);
    }

    public void SetOrganization(GroupLimits limits, double now)
    {
        lock (_gate) _organization.Apply(new WorkspaceLimits(limits.Requests, limits.Input, null, limits.Output), _burstSeconds, now);
    }

    public void SetWorkspace(string workspace, WorkspaceLimits limits, double now)
    {
        lock (_gate)
        {
            if (!_workspaces.TryGetValue(workspace, out var set)) _workspaces[workspace] = set = new LimitSet("workspace");
            set.Apply(limits, _burstSeconds, now);
        }
    }

    /// <summary>Lets a request start, or says why not.</summary>
    /// <param name="workspace">The caller's workspace.</param>
    /// <param name="input">The estimate of input without cache reads.</param>
    /// <param name="cacheReads">Input read from the cache.</param>
    /// <param name="now">Seconds of a clock that never goes back.</param>
    public (LimitHit? Hit, bool Ramp, RateSnapshot Rates) Admit(string workspace, double input, double cacheReads, double now)
    {
        lock (_gate)
        {
            var own = _workspaces.GetValueOrDefault(workspace);
            _organization.Refill(now);
            own?.Refill(now);
            var charged = _group.CacheReadsCount ? input + cacheReads : input;
            var hit = LimitHit.Longer(own?.Check(input, input + cacheReads), _organization.Check(charged, 0));
            var ramp = hit is null && _ramp?.Refuses(now) == true;
            if (hit is null && !ramp)
            {
                own?.Take(1, input, input + cacheReads);
                _organization.Take(1, charged, 0);
            }
            return (hit, ramp, Read(own));
        }
    }

    /// <summary>Corrects the estimate of input and counts output; either may be zero, a correction may be negative.</summary>
    public void Meter(string workspace, double inputCorrection, int output, double now)
    {
        lock (_gate)
        {
            var own = _workspaces.GetValueOrDefault(workspace);
            _organization.Refill(now);
            own?.Refill(now);
            own?.Take(0, inputCorrection, inputCorrection);
            _organization.Take(0, inputCorrection, 0);
            own?.Output?.Take(output);
            _organization.Output?.Take(output);
        }
    }

    public RateSnapshot Peek(string workspace, double now)
    {
        lock (_gate)
        {
            var own = _workspaces.GetValueOrDefault(workspace);
            _organization.Refill(now);
            own?.Refill(now);
            return Read(own);
        }
    }

    private RateSnapshot Read(LimitSet? own)
    {
        var input = RateReading.Of(_organization.Input);
        var output = RateReading.Of(_organization.Output);
        // The general header shows the most restrictive limit in effect: the workspace's where it has one.
        var tokens = RateReading.Of(own?.Input ?? own?.InputWithReads ?? own?.Output);
        return new RateSnapshot(
            RateReading.Of(_organization.Requests), input, output, tokens.Limit >= 0 ? tokens : input.Plus(output));
    }
}
