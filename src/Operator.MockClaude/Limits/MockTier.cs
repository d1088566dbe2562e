namespace Operator.MockClaude.Limits;

/// <summary>The tiers whose limits are published.</summary>
public enum MockTier
{
    /// <summary>$500 a month.</summary>
    Start,

    /// <summary>$1 000 a month.</summary>
    Build,

    /// <summary>$200 000 a month.</summary>
    Scale,
}
