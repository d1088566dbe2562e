using System.Collections.Concurrent;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Http;

namespace Operator.MockClaude.Limits;

/// <summary>What organizations and workspaces spent in the calendar month (UTC), and which spend limit that reaches.</summary>
internal sealed class SpendBook
{
    private readonly ConcurrentDictionary<string, Month> _spent = new(StringComparer.Ordinal);

    /// <summary>The spend limit that is reached; null when none is.</summary>
    public ApiError? Check(MockOrganization organization, string workspace, DateTimeOffset now)
    {
        var spent = Spent(organization.Id, now);
        if (spent >= organization.EffectiveCap) return LimitErrors.SpendCap(now);
        if (spent >= organization.ContractSpendLimit) return LimitErrors.ContractSpend();
        if (spent >= organization.SpendLimit) return LimitErrors.OwnSpend(workspace: false, now);
        foreach (var candidate in organization.Workspaces)
        {
            if (candidate.Id == workspace && candidate.SpendLimit is { } limit && Spent(workspace, now) >= limit)
                return LimitErrors.OwnSpend(workspace: true, now);
        }
        return null;
    }

    /// <summary>Books what a request cost.</summary>
    public void Add(string organization, string workspace, decimal cost, DateTimeOffset now)
    {
        if (cost == 0) return;
        _spent.GetOrAdd(organization, static _ => new Month()).Add(cost, now);
        _spent.GetOrAdd(workspace, static _ => new Month()).Add(cost, now);
    }

    private decimal Spent(string owner, DateTimeOffset now) => _spent.TryGetValue(owner, out var month) ? month.Read(now) : 0;

    private sealed class Month
    {
        private readonly Lock _gate = new();
        private int _month;
        private decimal _sum;

        public void Add(decimal cost, DateTimeOffset now)
        {
            lock (_gate)
            {
                Turn(now);
                _sum += cost;
            }
        }

        public decimal Read(DateTimeOffset now)
        {
            lock (_gate)
            {
                Turn(now);
                return _sum;
            }
        }

        private void Turn(DateTimeOffset now)
        {
            var month = now.Year * 12 + now.Month;
            if (month == _month) return;
            _month = month;
            _sum = 0;
        }
    }
}
