using System.Globalization;

namespace Operator.Rollouts.Measurements;

/// <summary>Limiters that refused the configuration of a deployment and serve the one before it, such as those of an older version.</summary>
/// <param name="Limiters">How many.</param>
/// <param name="Example">The first of them by name, and its reason: a sentence for people.</param>
internal sealed record LimiterRefusal(int Limiters, string Example)
{
    /// <summary>The refusal of a generation, or of a later one that the caller does not know yet.</summary>
    /// <param name="limiters">The limiters.</param>
    /// <param name="generation">The generation of the configuration.</param>
    /// <returns>Null when none refused it.</returns>
    public static LimiterRefusal? Of(IEnumerable<LimiterSnapshot> limiters, long generation)
    {
        var refused = limiters.Where(l => l.Applied?.RefusedGeneration >= generation).OrderBy(l => l.Pod, StringComparer.Ordinal).ToList();
        if (refused is not [{ Applied: { } first, Pod: var pod }, ..]) return null;
        var because = string.Concat((first.RefusedBecause ?? "it gives no reason").Select(c => char.IsControl(c) ? ' ' : c));
        return new LimiterRefusal(
            refused.Count, string.Create(CultureInfo.InvariantCulture, $"pod {pod[(pod.IndexOf('/', StringComparison.Ordinal) + 1)..]} refused generation {first.RefusedGeneration}: {because}"));
    }
}
