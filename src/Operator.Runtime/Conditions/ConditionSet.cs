using Operator.Kubernetes.Models;

namespace Operator.Runtime.Conditions;

/// <summary>
/// The conditions of a kind: one happy condition, and those that it is derived from. The happy one is never set by hand: it is False
/// when any dependent is, otherwise Unknown when any is, otherwise True.
/// </summary>
public sealed class ConditionSet
{
    private readonly string[] _dependents;

    /// <param name="happy">The condition that sums up, such as <c>Ready</c>.</param>
    /// <param name="dependents">What it depends on, the most telling first: its reason is shown when several fail. At least one.</param>
    public ConditionSet(string happy, params ReadOnlySpan<string> dependents)
    {
        ArgumentException.ThrowIfNullOrEmpty(happy);
        if (dependents.IsEmpty) throw new ArgumentException("A condition that depends on nothing is not derived. Name its dependents.", nameof(dependents));
        if (dependents.Contains(happy)) throw new ArgumentException($"{happy} cannot depend on itself.", nameof(dependents));
        Happy = happy;
        _dependents = dependents.ToArray();
    }

    /// <summary>The condition that sums up.</summary>
    public string Happy { get; }

    /// <summary>What it depends on.</summary>
    public IReadOnlyList<string> Dependents => _dependents;

    /// <summary>
    /// Begins a new observation. Dependents that are not there yet become Unknown; the others keep what they say until they are marked.
    /// </summary>
    /// <param name="conditions">The conditions so far; not changed.</param>
    /// <param name="generation">The generation that is observed.</param>
    /// <param name="now">The time of transitions; cut to whole seconds, as the API does.</param>
    public ConditionObservation Observe(IEnumerable<V1Condition>? conditions, long? generation, DateTimeOffset now) =>
        new(this, conditions ?? [], generation, now);
}
