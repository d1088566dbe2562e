using Operator.Contract;

namespace Operator.Quotas;

/// <summary>What a quota's spec means, value by value. What could not be understood has its cautious value and a finding.</summary>
internal sealed record QuotaTerms
{
    /// <summary>Part of the parent's guarantee, 0 to 1.</summary>
    public double Guarantee { get; init; }

    /// <summary>What may be used beyond the guarantee, as part of what the parent may use, 0 to 1.</summary>
    public double Borrowing { get; init; } = 1;

    /// <summary>Speed against the siblings, 1 to 1000.</summary>
    public int Weight { get; init; } = 1;

    public IReadOnlyList<LaneConfiguration> Lanes { get; init; } = [];

    public PerUserConfiguration? PerUser { get; init; }

    public SpendTerms? Spend { get; init; }
}

/// <summary>A money budget.</summary>
/// <param name="Monthly">Nanodollars a calendar month, UTC; null for no limit.</param>
/// <param name="Daily">Nanodollars a day, UTC; null for no limit.</param>
/// <param name="OnExhausted">What happens when it is spent.</param>
/// <param name="AlertAt">Percentages at which people are told, ascending.</param>
internal sealed record SpendTerms(long? Monthly, long? Daily, OnExhausted OnExhausted, IReadOnlyList<int> AlertAt);
