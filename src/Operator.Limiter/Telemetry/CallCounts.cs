using System.Collections.Concurrent;

namespace Operator.Limiter.Telemetry;

/// <summary>Counts of calls: what was received ends in exactly one outcome, or is still under way.</summary>
internal sealed class CallCounts
{
    private readonly ConcurrentDictionary<(CallOutcome Outcome, string Reason), long> _ended = new();
    private readonly ConcurrentDictionary<string, long> _flags = new(StringComparer.Ordinal);
    private long _received;
    private long _retries;
    private long _usersOver;

    /// <summary>Calls that arrived.</summary>
    public long Received => Interlocked.Read(ref _received);

    /// <summary>Attempts beyond the first.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    /// <summary>Calls of users beyond a budget that only warns.</summary>
    public long UsersOverBudget => Interlocked.Read(ref _usersOver);

    /// <summary>Calls that ended, by outcome and reason.</summary>
    public IReadOnlyDictionary<(CallOutcome Outcome, string Reason), long> Ended => _ended;

    /// <summary>Evaluations of flags, by what became of them; they are no calls.</summary>
    public IReadOnlyDictionary<string, long> FlagEvaluations => _flags;

    /// <summary>Calls that ended with an outcome.</summary>
    public long Total(CallOutcome outcome) => _ended.Where(e => e.Key.Outcome == outcome).Sum(e => e.Value);

    /// <summary>Counts an arrival.</summary>
    public void Arrive() => Interlocked.Increment(ref _received);

    /// <summary>Counts a call of a user beyond a budget that only warns.</summary>
    public void UserOverBudget() => Interlocked.Increment(ref _usersOver);

    /// <summary>Counts an evaluation of flags.</summary>
    public void Flags(string result) => _flags.AddOrUpdate(result, 1, static (_, count) => count + 1);

    /// <summary>Counts an end.</summary>
    public void End(CallOutcome outcome, string reason, int retries)
    {
        _ended.AddOrUpdate((outcome, reason), 1, static (_, count) => count + 1);
        Interlocked.Add(ref _retries, retries);
    }
}
