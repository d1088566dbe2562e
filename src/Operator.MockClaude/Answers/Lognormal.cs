namespace Operator.MockClaude.Answers;

/// <summary>A lognormal distribution; with <paramref name="Sigma"/> 0 always the median.</summary>
/// <param name="Median">The median; 0 or more.</param>
/// <param name="Sigma">The standard deviation of the logarithm; 0 or more.</param>
public readonly record struct Lognormal(double Median, double Sigma = 0)
{
    /// <summary>The value at a point.</summary>
    /// <param name="first">A uniform draw from 0 (inclusive) to 1.</param>
    /// <param name="second">Another.</param>
    internal double At(double first, double second) => Sigma == 0 || Median == 0
        ? Median : Median * Math.Exp(Sigma * Math.Sqrt(-2 * Math.Log(1 - first)) * Math.Cos(2 * Math.PI * second));
}
