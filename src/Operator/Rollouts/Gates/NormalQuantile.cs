namespace Operator.Rollouts.Gates;

/// <summary>Quantile of the standard normal distribution.</summary>
internal static class NormalQuantile
{
    /// <summary>The z with P(Z ≤ z) = <paramref name="probability"/>, to about 1e-12.</summary>
    /// <remarks>
    /// Bisection on the tail integral, which is evaluated by its power series near the centre and by its continued fraction in the
    /// tail (Abramowitz, Stegun, "Handbook of Mathematical Functions", 26.2.11 and 26.2.14).
    /// </remarks>
    public static double Of(double probability)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(probability, 1);
        if (probability < 0.5)
        {
            return -Of(1 - probability);
        }
        var (low, high) = (0.0, 9.0);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (UpperTail(middle) > 1 - probability)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private static double UpperTail(double z)
    {
        var density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        if (z > 3)
        {
            var fraction = z;
            for (var i = 60; i > 0; i--)
            {
                fraction = z + (i / fraction);
            }
            return density / fraction;
        }
        var (term, sum) = (z, z);
        for (var i = 3; Math.Abs(term) > 1e-18; i += 2)
        {
            term *= z * z / i;
            sum += term;
        }
        return 0.5 - (density * sum);
    }
}
