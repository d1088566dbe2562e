namespace Operator.MockClaude.Models;

/// <summary>Where a model stands in its life.</summary>
public enum ModelLifecycle
{
    /// <summary>Offered to everybody.</summary>
    Active,

    /// <summary>Still answers, and has a date of retirement.</summary>
    Deprecated,

    /// <summary>Every request that names it is answered with 404.</summary>
    Retired,
}
