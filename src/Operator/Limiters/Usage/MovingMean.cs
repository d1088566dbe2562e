using Operator.Quotas;

namespace Operator.Limiters.Usage;

/// <summary>A mean that forgets exponentially. At its begin it is the mean of what it saw, not drawn to zero. Immutable.</summary>
/// <param name="Span">The time constant.</param>
internal readonly record struct MovingMean(TimeSpan Span)
{
    private ResourceVector Sum { get; init; }

    private double Weight { get; init; }

    /// <summary>The mean; zero before the first value.</summary>
    public ResourceVector Value => Weight > 0 ? Sum * (1 / Weight) : ResourceVector.Zero;

    /// <summary>With a value that held for a while.</summary>
    public MovingMean With(ResourceVector value, TimeSpan duration)
    {
        var part = 1 - Math.Exp(-duration / Span);
        return this with { Sum = (Sum * (1 - part)) + (value * part), Weight = (Weight * (1 - part)) + part };
    }
}
