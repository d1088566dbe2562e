using System.Collections.Immutable;

namespace Operator.Rollouts.Measurements;

/// <summary>Counts by name; a name that is missing counts zero. What a gate looks at, and what a checkpoint keeps.</summary>
internal sealed class CountVector
{
    private readonly ImmutableSortedDictionary<string, long> _counts;

    private CountVector(ImmutableSortedDictionary<string, long> counts) => _counts = counts;

    /// <summary>Nothing.</summary>
    public static CountVector Empty { get; } = new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal));

    /// <summary>The count of a name.</summary>
    public long this[string name] => _counts.GetValueOrDefault(name);

    /// <summary>All counts that are not zero.</summary>
    public IEnumerable<KeyValuePair<string, long>> Counts => _counts;

    /// <summary>Counts from pairs.</summary>
    public static CountVector Of(params IEnumerable<(string Name, long Count)> counts) =>
        new(counts.Where(c => c.Count != 0).ToImmutableSortedDictionary(c => c.Name, c => c.Count, StringComparer.Ordinal));

    /// <summary>The sum.</summary>
    public CountVector Plus(CountVector other) => Combine(other, static (a, b) => a + b);

    /// <summary>The difference, never below zero.</summary>
    public CountVector Minus(CountVector other) => Combine(other, static (a, b) => Math.Max(0, a - b));

    private CountVector Combine(CountVector other, Func<long, long, long> combine) =>
        Of(_counts.Keys.Union(other._counts.Keys, StringComparer.Ordinal).Select(name => (name, combine(this[name], other[name]))));
}
