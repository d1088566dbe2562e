using System.Collections.Immutable;

namespace Operator.Rollouts.Configuration;

/// <summary>
/// Which revisions had which role in the last generations of one deployment's configuration: a limiter reports only the generation that
/// it applies and a weight. Kept in memory; a generation that is not known counts as the worst. Safe to read while it is written.
/// </summary>
internal sealed class ConfigurationLedger
{
    private const int Kept = 64;
    private volatile ImmutableSortedDictionary<long, Roles> _generations = ImmutableSortedDictionary<long, Roles>.Empty;

    /// <summary>The highest generation that was noted; 0 for none.</summary>
    public long Highest => _generations is { IsEmpty: false } known ? known.Keys.Last() : 0;

    /// <summary>Notes what a generation holds.</summary>
    public void Note(long generation, string? stable, string? canary)
    {
        var noted = _generations.SetItem(generation, new Roles(stable, canary));
        _generations = noted.Count > Kept ? noted.Remove(noted.Keys.First()) : noted;
    }

    /// <summary>The roles of a generation; null when they are not known.</summary>
    public Roles? Find(long generation) => _generations.GetValueOrDefault(generation);

    /// <summary>The revisions of one generation.</summary>
    /// <param name="Stable">The stable revision; null for none.</param>
    /// <param name="Canary">The canary; null for none.</param>
    internal sealed record Roles(string? Stable, string? Canary)
    {
        /// <summary>The share that goes to other revisions than <paramref name="stable"/> at a weight, in hundredths of a percent.</summary>
        public int ShareBeside(string? stable, int weight) =>
            (Canary is not null && Canary != stable ? weight : 0) + (Stable is not null && Stable != stable ? 10_000 - weight : 0);
    }
}
