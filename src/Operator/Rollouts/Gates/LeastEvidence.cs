namespace Operator.Rollouts.Gates;

/// <summary>
/// The e-value against a composite null is the least of the e-values against its points: whatever the true point is, the least
/// is no larger than the e-value against the truth, so its chance of ever reaching 1/α is no larger than α (Ville's inequality).
/// </summary>
internal static class LeastEvidence
{
    private const int MinPoints = 12;
    private const int MaxPoints = 64;
    private const double PointsPerLogit = 4;
    private const double ClearAnswer = 0.5;

    /// <summary>Whether the evidence reaches <paramref name="threshold"/> (a logarithm) at every point of the null.</summary>
    public static bool Reaches<TNull>(in TNull points, double threshold)
        where TNull : struct, INullPoints =>
        points.LogEvidence(points.Likely) >= threshold && Of(points, threshold, stopBelow: true) >= threshold;

    /// <summary>
    /// The least evidence over the null, exact wherever it is below <paramref name="ceiling"/>; points that stable alone rules out
    /// with that much evidence are not searched.
    /// </summary>
    public static double Of<TNull>(in TNull points, double ceiling, bool stopBelow = false)
        where TNull : struct, INullPoints
    {
        var span = new LogitScale(points.Lowest, points.Highest);
        var observed = span.ToLogit(points.Observed);
        var low = Edge(points, span, observed, -LogitScale.Limit, ceiling);
        var high = Edge(points, span, observed, LogitScale.Limit, ceiling);
        var least = points.LogEvidence(points.Likely);
        var at = Math.Clamp(span.ToLogit(points.Likely), low, high);
        if (stopBelow && least < ceiling)
        {
            return least;
        }
        var count = (int)Math.Clamp((high - low) * PointsPerLogit, MinPoints, MaxPoints);
        var step = (high - low) / count;
        for (var i = 0; i <= count; i++)
        {
            var logit = low + (i * step);
            var value = points.LogEvidence(span.FromLogit(logit));
            if (value < least)
            {
                (least, at) = (value, logit);
                if (stopBelow && least < ceiling)
                {
                    return least;
                }
            }
        }
        // Between grid points the evidence dips by far less than this, so a clear answer needs no refinement.
        if (stopBelow && least > ceiling + ClearAnswer)
        {
            return least;
        }
        return Math.Min(least, Refine(points, span, Math.Max(low, at - step), Math.Min(high, at + step)));
    }

    /// <summary>How far from the observed value stable alone leaves a point possible.</summary>
    private static double Edge<TNull>(in TNull points, LogitScale span, double from, double to, double ceiling)
        where TNull : struct, INullPoints
    {
        if (points.LogEvidenceOfStable(span.FromLogit(to)) < ceiling)
        {
            return to;
        }
        for (var i = 0; i < 12; i++)
        {
            var middle = (from + to) / 2;
            if (points.LogEvidenceOfStable(span.FromLogit(middle)) < ceiling)
            {
                from = middle;
            }
            else
            {
                to = middle;
            }
        }
        return to;
    }

    /// <summary>Golden-section search between two neighbours of the least grid point.</summary>
    private static double Refine<TNull>(in TNull points, LogitScale span, double low, double high)
        where TNull : struct, INullPoints
    {
        const double golden = 0.6180339887498949;
        var left = high - (golden * (high - low));
        var right = low + (golden * (high - low));
        var atLeft = points.LogEvidence(span.FromLogit(left));
        var atRight = points.LogEvidence(span.FromLogit(right));
        for (var i = 0; i < 10; i++)
        {
            if (atLeft < atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = points.LogEvidence(span.FromLogit(left));
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = points.LogEvidence(span.FromLogit(right));
            }
        }
        return Math.Min(atLeft, atRight);
    }

    /// <summary>Maps an interval to the logit scale, on which rates near 0 and near 1 have room.</summary>
    private readonly record struct LogitScale(double Low, double High)
    {
        /// <summary>e^-18 ≈ 1.5e-8 of the interval: one event more or less in any count that a rollout sees.</summary>
        public const double Limit = 18;

        public double ToLogit(double value)
        {
            var share = (value - Low) / (High - Low);
            return Math.Clamp(Math.Log(share / (1 - share)), -Limit, Limit);
        }

        public double FromLogit(double logit) => Low + ((High - Low) / (1 + Math.Exp(-logit)));
    }
}
