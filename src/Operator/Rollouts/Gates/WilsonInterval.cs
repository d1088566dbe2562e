namespace Operator.Rollouts.Gates;

/// <summary>Score interval for a proportion.</summary>
/// <remarks>
/// Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927); recommended for small samples by Newcombe,
/// "Two-sided confidence intervals for the single proportion: comparison of seven methods" (1998), whose method 3 it is.
/// </remarks>
public static class WilsonInterval
{
    /// <summary>The two-sided interval.</summary>
    /// <param name="passed">Successes, 0 to <paramref name="total"/>.</param>
    /// <param name="total">Cases; with none the interval is 0 to 1.</param>
    /// <param name="confidence">Two-sided confidence, above 0 and below 1.</param>
    public static GateInterval Of(long passed, long total, double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(passed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(passed, total);
        if (total == 0)
        {
            return new GateInterval(0, 1);
        }
        var z = NormalQuantile.Of((1 + confidence) / 2);
        var rate = (double)passed / total;
        var square = z * z;
        var centre = ((2 * passed) + square) / (2 * (total + square));
        var half = z * Math.Sqrt(square + (4 * passed * (1 - rate))) / (2 * (total + square));
        return new GateInterval(passed == 0 ? 0 : centre - half, passed == total ? 1 : centre + half);
    }
}
