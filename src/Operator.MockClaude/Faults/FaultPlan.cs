using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;

namespace Operator.MockClaude.Faults;

/// <summary>What shall go wrong. Rules can be added and removed while requests run; the first rule that strikes wins.</summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly ulong _seed;
    private volatile Armed[] _rules = [];
    private int _added;

    internal FaultPlan(int seed) => _seed = RequestIds.Mix((uint)seed);

    /// <summary>Adds a rule.</summary>
    /// <returns>Takes the rule away again when disposed.</returns>
    public IDisposable Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentOutOfRangeException.ThrowIfLessThan(rule.Probability, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rule.Probability, 1);
        lock (_gate)
        {
            var armed = new Armed(this, rule, RequestIds.Mix(_seed + (ulong)++_added));
            _rules = [.. _rules, armed];
            return armed;
        }
    }

    /// <summary>Hits the next <paramref name="times"/> requests to the Messages endpoint.</summary>
    /// <returns>Takes the rule away again when disposed.</returns>
    public IDisposable Next(FaultKind kind, int times = 1) => Add(new FaultRule(kind) { Times = times });

    /// <summary>Takes all rules away.</summary>
    public void Clear()
    {
        lock (_gate) _rules = [];
    }

    /// <summary>The fault that this request meets.</summary>
    internal FaultRule? Strike(LedgerEntry request, DateTimeOffset now)
    {
        var rules = _rules;
        if (rules.Length == 0) return null;
        foreach (var rule in rules)
        {
            if (rule.Strikes(request, now)) return rule.Rule;
        }
        return null;
    }

    private void Remove(Armed rule)
    {
        lock (_gate) _rules = [.. _rules.Where(r => !ReferenceEquals(r, rule))];
    }

    private sealed class Armed(FaultPlan owner, FaultRule rule, ulong seed) : IDisposable
    {
        private readonly Lock _count = new();
        private long _seen;
        private int _struck;

        public FaultRule Rule => rule;

        public bool Strikes(LedgerEntry request, DateTimeOffset now)
        {
            if (now < rule.From || now >= rule.Until) return false;
            if (rule.Endpoint is { } endpoint && endpoint != request.Endpoint) return false;
            if (rule.Model is not null && rule.Model != request.Model) return false;
            if (rule.Key is not null && rule.Key != request.Key) return false;
            if (rule.Marker is not null && rule.Marker != request.Marker) return false;
            if (rule.Stream is { } stream && stream != request.Stream) return false;
            lock (_count)
            {
                var number = _seen++;
                if (number < rule.Skip || _struck >= (rule.Times ?? int.MaxValue)) return false;
                if ((RequestIds.Mix(seed ^ (ulong)number) >> 11) * (1.0 / (1UL << 53)) >= rule.Probability) return false;
                _struck++;
                return true;
            }
        }

        public void Dispose() => owner.Remove(this);
    }
}
