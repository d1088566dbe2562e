using static Operator.Rollouts.Gates.LogMixture;

namespace Operator.Rollouts.Gates;

/// <summary>
/// Always-valid test that the canary's rate exceeds stable's by more than a margin: evidence against p(canary) ≤ p(stable) + margin.
/// </summary>
/// <remarks>
/// <para>For each point of the null's edge (p + margin, p) the evidence is a mixture of Bernoulli likelihood ratios against that very
/// point, hence a test martingale under it, whatever the order in which requests of both variants arrive and whenever one looks.
/// The alternatives are those of which the point is the Kullback-Leibler projection on the null at the declared traffic ratio: the
/// growth-rate-optimal e-variables for two Bernoulli streams and convex nulls of Turner, Ly, Grünwald, "Generic E-Variables for Exact
/// Sequential k-Sample Tests that allow for Optional Stopping" (2021), and Turner, Grünwald, "Exact Anytime-valid Confidence Intervals
/// for Contingency Tables and Beyond" (2022). A small part of the mixture bets on stable alone, so that a point far from what stable
/// shows is ruled out (Berger, Boos, "P Values Maximized Over a Confidence Set for the Nuisance Parameter", 1994, as an e-value). The
/// least evidence over the points is taken (Wasserman, Ramdas, Balakrishnan, "Universal Inference", 2020).</para>
/// <para>Inside the null (canary below the edge) the canary's factors shrink in expectation, so the same bound holds. When requests are
/// split at random at a constant share, the bets of canary and stable also cancel, to first order, when the base rate moves with time.</para>
/// <para>The weight tunes power only; a wrong one costs requests, not validity.</para>
/// </remarks>
internal readonly struct RateComparison : INullPoints
{
    private const double StableShare = 0.07;
    private const double Tiny = 1e-12;
    private static readonly double LogEffectShare = Math.Log(1 - StableShare);
    private static readonly double LogStableShare = Math.Log(StableShare / 2);

    private readonly RateCounts _canary;
    private readonly RateCounts _stable;
    private readonly double _margin;
    private readonly double _ratio;

    /// <param name="canary">Counts of the canary.</param>
    /// <param name="stable">Counts of stable in the same window.</param>
    /// <param name="margin">Tolerated difference, −1 to 1.</param>
    /// <param name="weight">The canary's declared share of traffic, 0 to 1.</param>
    public RateComparison(RateCounts canary, RateCounts stable, double margin, double weight)
    {
        (_canary, _stable, _margin) = (canary, stable, margin);
        weight = Math.Clamp(weight, 0.001, 0.999);
        _ratio = (1 - weight) / weight;
        Lowest = Math.Max(0, -margin);
        Highest = Math.Min(1, 1 - margin);
        Observed = Math.Clamp(stable.Rate, Lowest, Highest);
        Likely = MostLikely(canary, stable, margin, Lowest, Highest);
    }

    public double Lowest { get; }

    public double Highest { get; }

    public double Observed { get; }

    public double Likely { get; }

    /// <summary>Whether the counts show, with error probability <paramref name="alpha"/> over all looks, that the margin is exceeded.</summary>
    public bool Shows(double alpha) =>
        _canary.Trials > 0 && Highest > Lowest && _canary.Rate > _stable.Rate + _margin
        && MostEvidence >= -Math.Log(alpha) && LeastEvidence.Reaches(this, -Math.Log(alpha));

    /// <summary>The likelihood ratio of the best alternative: no mixture over alternatives exceeds it, so most looks need nothing else.</summary>
    private double MostEvidence => LogLikelihood(_canary, _canary.Rate) + LogLikelihood(_stable, _stable.Rate)
        - LogLikelihood(_canary, Likely + _margin) - LogLikelihood(_stable, Likely);

    public double LogEvidence(double nuisance)
    {
        var stable = Math.Clamp(nuisance, Tiny, 1 - Tiny);
        var canary = Math.Clamp(nuisance + _margin, Tiny, 1 - Tiny);
        var slope = stable * (1 - stable) / (canary * (1 - canary));
        var baseline = LogLikelihood(_canary, canary) + LogLikelihood(_stable, stable);
        var mixture = default(LogMixture);
        foreach (var traffic in BetGrid.TrafficRatios)
        {
            Bet(ref mixture, BetGrid.Effects, traffic, canary, stable, slope, baseline);
        }
        Bet(ref mixture, BetGrid.FineEffects, new BetGrid.Bet(1, 1), canary, stable, slope, baseline);
        mixture.Add(LogEvidenceOfStable(nuisance));
        return mixture.LogSum;
    }

    public double LogEvidenceOfStable(double nuisance)
    {
        var stable = Math.Clamp(nuisance, Tiny, 1 - Tiny);
        var baseline = LogLikelihood(_stable, stable);
        var mixture = default(LogMixture);
        foreach (var shift in BetGrid.StableShifts)
        {
            var odds = stable / (1 - stable) / (1 - shift.Size);
            var weight = LogStableShare + shift.LogWeight - baseline;
            mixture.Add(weight + LogLikelihood(_stable, stable * (1 - shift.Size)));
            mixture.Add(weight + LogLikelihood(_stable, odds / (1 + odds)));
        }
        return mixture.LogSum;
    }

    private void Bet(
        ref LogMixture mixture, BetGrid.Bet[] effects, BetGrid.Bet traffic, double canary, double stable, double slope, double baseline)
    {
        var ratio = _ratio * traffic.Size;
        var largest = Math.Min(1 - canary, stable * ratio / slope);
        foreach (var effect in effects)
        {
            var step = effect.Size * largest;
            var raised = Math.Min(1, canary + step);
            var lowered = Math.Max(0, stable - (step / ratio * slope));
            mixture.Add(LogEffectShare + traffic.LogWeight + effect.LogWeight - baseline
                + LogLikelihood(_canary, raised) + LogLikelihood(_stable, lowered));
        }
    }

    internal static double LogLikelihood(RateCounts counts, double rate) =>
        Times(counts.Events, Math.Log(rate)) + Times(counts.Trials - counts.Events, Math.Log(1 - rate));

    /// <summary>The stable rate at which the edge of the null is most likely; the score falls along the edge, so bisection finds it.</summary>
    private static double MostLikely(RateCounts canary, RateCounts stable, double margin, double low, double high)
    {
        if (margin == 0)
        {
            var all = canary + stable;
            return all.Rate;
        }
        for (var i = 0; i < 30; i++)
        {
            var p = (low + high) / 2;
            var q = p + margin;
            var score = Score(canary, q) + Score(stable, p);
            if (score > 0)
            {
                low = p;
            }
            else
            {
                high = p;
            }
        }
        return (low + high) / 2;
    }

    private static double Score(RateCounts counts, double rate) =>
        (counts.Events == 0 ? 0 : counts.Events / rate)
        - (counts.Events == counts.Trials ? 0 : (counts.Trials - counts.Events) / (1 - rate));
}
