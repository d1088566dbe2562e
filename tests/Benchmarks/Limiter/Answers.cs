namespace Benchmarks.Limiter;

/// <summary>What became of requests at a steady rate.</summary>
/// <param name="Milliseconds">To the last byte of each, or until it was given up, ascending.</param>
/// <param name="PerSecond">How many were answered in a second, until the last of them ended.</param>
internal sealed record Answers(double[] Milliseconds, double PerSecond)
{
    /// <summary>The time within which a part of them ended.</summary>
    /// <param name="quantile">The part, from 0 to 1.</param>
    public double At(double quantile) => Milliseconds[Math.Min(Milliseconds.Length - 1, (int)(Milliseconds.Length * quantile))];
}
