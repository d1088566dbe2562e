using Operator.Kubernetes.Models;

namespace Operator.Runtime.Conditions;

/// <summary>The conditions of one object while they are marked. Not thread-safe.</summary>
public sealed class ConditionObservation
{
    private readonly ConditionSet _set;
    private readonly long? _generation;
    private readonly DateTimeOffset _now;
    private readonly List<V1Condition> _conditions;

    internal ConditionObservation(ConditionSet set, IEnumerable<V1Condition> conditions, long? generation, DateTimeOffset now)
    {
        _set = set;
        _generation = generation;
        _now = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        _conditions = [.. conditions];
        foreach (var dependent in set.Dependents)
        {
            if (Find(dependent) is null) Set(dependent, ConditionStatus.Unknown, "Pending", "");
        }
        Derive();
    }

    /// <summary>The conditions as they stand: in the order in which they first appeared.</summary>
    public IReadOnlyList<V1Condition> Conditions => _conditions;

    /// <summary>Whether the happy condition is True.</summary>
    public bool IsHappy => Find(_set.Happy)?.Status == ConditionStatus.True;

    /// <summary>The condition of a type, or null.</summary>
    public V1Condition? Find(string type) => _conditions.Find(c => c.Type == type);

    /// <summary>Marks a condition True.</summary>
    /// <exception cref="ArgumentException">It is the happy condition, which is derived.</exception>
    public ConditionObservation MarkTrue(string type, string reason, string message = "") => Mark(type, ConditionStatus.True, reason, message);

    /// <summary>Marks a condition False.</summary>
    /// <exception cref="ArgumentException">It is the happy condition, which is derived.</exception>
    public ConditionObservation MarkFalse(string type, string reason, string message = "") => Mark(type, ConditionStatus.False, reason, message);

    /// <summary>Marks a condition Unknown.</summary>
    /// <exception cref="ArgumentException">It is the happy condition, which is derived.</exception>
    public ConditionObservation MarkUnknown(string type, string reason, string message = "") =>
        Mark(type, ConditionStatus.Unknown, reason, message);

    /// <summary>Removes a condition that is neither the happy one nor one of its dependents.</summary>
    /// <exception cref="ArgumentException">The condition belongs to the set.</exception>
    public ConditionObservation Remove(string type)
    {
        if (type == _set.Happy || _set.Dependents.Contains(type))
            throw new ArgumentException($"{type} belongs to the set and cannot be removed. Mark it instead.", nameof(type));
        _conditions.RemoveAll(c => c.Type == type);
        return this;
    }

    private ConditionObservation Mark(string type, string status, string reason, string message)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        if (type == _set.Happy)
            throw new ArgumentException($"{type} is derived from {string.Join(", ", _set.Dependents)}. Mark one of these.", nameof(type));
        Set(type, status, reason, message);
        Derive();
        return this;
    }

    private void Derive()
    {
        var worst = _set.Dependents.Select(d => Find(d)!).FirstOrDefault(c => c.Status == ConditionStatus.False)
            ?? _set.Dependents.Select(d => Find(d)!).FirstOrDefault(c => c.Status != ConditionStatus.True);
        if (worst is null) Set(_set.Happy, ConditionStatus.True, _set.Happy, "");
        else Set(_set.Happy, worst.Status == ConditionStatus.False ? ConditionStatus.False : ConditionStatus.Unknown, worst.Reason, worst.Message);
    }

    private void Set(string type, string status, string reason, string message)
    {
        var known = _conditions.FindIndex(c => c.Type == type);
        var previous = known < 0 ? null : _conditions[known];
        var condition = new V1Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = _generation,
            LastTransitionTime = previous?.Status == status && previous.LastTransitionTime is { } since ? since : _now,
            AdditionalProperties = previous?.AdditionalProperties,
        };
        if (known < 0) _conditions.Add(condition);
        else _conditions[known] = condition;
    }
}
