using System.Collections.Concurrent;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Limits;

/// <summary>The rate limits of all organizations. Limits can be changed while requests run.</summary>
public sealed class LimitBook
{
    private readonly ConcurrentDictionary<(string Organization, string Group), GroupLimiter> _limiters = new();
    private readonly ConcurrentDictionary<(string Organization, string Group), GroupLimits> _organizationLimits = new();
    private readonly ConcurrentDictionary<(string Workspace, string Group), WorkspaceLimits> _workspaceLimits = new();
    private readonly Dictionary<string, GroupEntry> _groups;
    private readonly MockClaudeOptions _options;
    private readonly AccountDirectory _accounts;
    private readonly long _start;

    internal LimitBook(MockClaudeOptions options, AccountDirectory accounts)
    {
        _options = options;
        _accounts = accounts;
        _start = options.Time.GetTimestamp();
        Groups = EmbeddedData.Read("groups.json", EmbeddedData.Default.GroupEntryArray);
        _groups = Groups.ToDictionary(g => g.Name, StringComparer.Ordinal);
        foreach (var organization in accounts.Organizations)
        {
            foreach (var workspace in organization.Workspaces)
            {
                foreach (var (group, limits) in workspace.Limits) _workspaceLimits[(workspace.Id, Known(group).Name)] = limits;
            }
            foreach (var (group, limits) in organization.Limits) _organizationLimits[(organization.Id, Known(group).Name)] = limits;
        }
    }

    internal IReadOnlyList<GroupEntry> Groups { get; }

    private double Now => _options.Time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Changes an organization's limits of one group.</summary>
    /// <exception cref="ArgumentException">No such organization or group.</exception>
    public void SetOrganizationLimits(string organization, string group, GroupLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var entry = Known(group);
        var owner = Owner(organization);
        _organizationLimits[(organization, group)] = limits;
        Of(owner, entry.Name).SetOrganization(limits, Now);
    }

    /// <summary>Changes a workspace's own limits of one group.</summary>
    /// <exception cref="ArgumentException">No such organization or group.</exception>
    public void SetWorkspaceLimits(string organization, string workspace, string group, WorkspaceLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var entry = Known(group);
        var owner = Owner(organization);
        _workspaceLimits[(workspace, group)] = limits;
        Of(owner, entry.Name).SetWorkspace(workspace, limits, Now);
    }

    /// <summary>Uses up tokens as somebody else of the same organization would.</summary>
    /// <exception cref="ArgumentException">No such organization or group.</exception>
    public void Consume(string organization, string group, int input, int output) =>
        Of(Owner(organization), Known(group).Name).Meter(MockOrganization.DefaultWorkspace, input, output, Now);

    /// <summary>The limits in force for an organization and group.</summary>
    /// <exception cref="ArgumentException">No such organization or group.</exception>
    public GroupLimits OrganizationLimits(string organization, string group)
    {
        var entry = Known(group);
        return _organizationLimits.GetValueOrDefault((organization, group)) ?? entry.Of(Owner(organization).Tier);
    }

    internal WorkspaceLimits? WorkspaceLimits(string workspace, string group) => _workspaceLimits.GetValueOrDefault((workspace, group));

    internal (LimitHit? Hit, bool Ramp, RateSnapshot Rates) Admit(
        MockOrganization organization, string workspace, string group, double input, double cacheReads) =>
        Of(organization, group).Admit(workspace, input, cacheReads, Now);

    internal void Meter(MockOrganization organization, string workspace, string group, double inputCorrection, int output) =>
        Of(organization, group).Meter(workspace, inputCorrection, output, Now);

    internal RateSnapshot Peek(MockOrganization organization, string workspace, string group) =>
        Of(organization, group).Peek(workspace, Now);

    private GroupLimiter Of(MockOrganization organization, string group)
    {
        var key = (organization.Id, group);
        return _limiters.TryGetValue(key, out var limiter) ? limiter : _limiters.GetOrAdd(key, _ => Create(organization, group));
    }

    private GroupLimiter Create(MockOrganization organization, string group)
    {
        var ramp = _options.RampLimit is { } limit ? new RampGuard(limit.Factor, limit.Floor) : null;
        var limiter = new GroupLimiter(_groups[group], OrganizationLimits(organization.Id, group), _options.BurstSeconds, ramp, Now);
        foreach (var workspace in organization.Workspaces)
        {
            if (WorkspaceLimits(workspace.Id, group) is { } own) limiter.SetWorkspace(workspace.Id, own, Now);
        }
        return limiter;
    }

    private GroupEntry Known(string group) =>
        _groups.GetValueOrDefault(group) ?? throw new ArgumentException($"There is no model group '{group}'.", nameof(group));

    private MockOrganization Owner(string organization) => _accounts.Organizations.FirstOrDefault(o => o.Id == organization)
        ?? throw new ArgumentException($"There is no organization '{organization}'.", nameof(organization));
}
