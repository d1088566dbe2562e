namespace Operator.Rollouts.Gates;

/// <summary>
/// Always-valid test on the relative increase of a bounded mean: evidence against mean(canary) ≤ (1 + increase) · mean(stable), or
/// against ≥ when <c>above</c> is false.
/// </summary>
/// <remarks>
/// For each possible mean of stable the evidence is a mixture of products of two <see cref="MeanBet"/>s, one on the canary and the
/// opposite one on stable, sized so that an error in stable's mean cancels at the declared traffic ratio; a small part bets on stable
/// alone. The least over the possible means is taken, as in <see cref="RateComparison"/>, and holds for any order of arrival.
/// </remarks>
internal readonly struct MeanComparison : INullPoints
{
    private const double StableShare = 0.05;
    private static readonly double LogEffectShare = Math.Log(1 - StableShare);
    private static readonly double LogStableShare = Math.Log(StableShare / 2);

    private readonly MeanCounts _canary;
    private readonly MeanCounts _stable;
    private readonly double _factor;
    private readonly double _cap;
    private readonly double _ratio;
    private readonly bool _above;

    /// <param name="canary">Sums of the canary.</param>
    /// <param name="stable">Sums of stable in the same window.</param>
    /// <param name="increase">Tolerated relative increase, above −1; 0.2 is 20 %.</param>
    /// <param name="cap">The cap that every request was clipped at.</param>
    /// <param name="weight">The canary's declared share of traffic, 0 to 1; tunes power only.</param>
    /// <param name="above">Whether an increase beyond the tolerated one is to be shown, or an increase that stays below it.</param>
    public MeanComparison(MeanCounts canary, MeanCounts stable, double increase, double cap, double weight, bool above)
    {
        (_canary, _stable, _factor, _cap, _above) = (canary, stable, 1 + increase, cap, above);
        weight = Math.Clamp(weight, 0.001, 0.999);
        _ratio = (1 - weight) / weight;
        Lowest = 0;
        Highest = Math.Min(cap, cap / _factor);
        Observed = Math.Clamp(stable.Mean, Highest * 1e-9, Highest * (1 - 1e-9));
        Likely = Observed;
    }

    public double Lowest { get; }

    public double Highest { get; }

    public double Observed { get; }

    public double Likely { get; }

    /// <summary>Whether the sums show it with error probability <paramref name="alpha"/> over all looks.</summary>
    public bool Shows(double alpha)
    {
        var beyond = _canary.Mean - (_factor * _stable.Mean);
        return _canary.Count > 0 && (_above ? beyond > 0 : beyond < 0) && LeastEvidence.Reaches(this, -Math.Log(alpha));
    }

    public double LogEvidence(double nuisance)
    {
        var stable = Math.Clamp(nuisance, Highest * 1e-9, Highest * (1 - 1e-9));
        var canary = _factor * stable;
        var unit = _above ? canary : _cap - canary;
        var mixture = default(LogMixture);
        foreach (var bet in BetGrid.MeanBets)
        {
            mixture.Add(LogEffectShare + bet.LogWeight + Pair(canary, stable, bet.Size / unit));
        }
        foreach (var bet in BetGrid.MeanSlopes)
        {
            mixture.Add(LogEffectShare + bet.LogWeight + Pair(canary, stable, bet.Size / _cap));
        }
        mixture.Add(LogEvidenceOfStable(nuisance));
        return mixture.LogSum;
    }

    private double Pair(double canary, double stable, double slope)
    {
        var opposite = slope * _factor / _ratio;
        return _above
            ? MeanBet.Above(_canary, canary, slope) + MeanBet.Below(_stable, stable, _cap, opposite)
            : MeanBet.Below(_canary, canary, _cap, slope) + MeanBet.Above(_stable, stable, opposite);
    }

    public double LogEvidenceOfStable(double nuisance)
    {
        var stable = Math.Clamp(nuisance, Highest * 1e-9, Highest * (1 - 1e-9));
        var mixture = default(LogMixture);
        MeanBet.AddAbove(ref mixture, _stable, stable, _cap, LogStableShare);
        MeanBet.AddAbove(ref mixture, _stable.Mirror(_cap), _cap - stable, _cap, LogStableShare);
        return mixture.LogSum;
    }
}
