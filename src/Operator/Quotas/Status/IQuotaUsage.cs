using System.Collections.Concurrent;
using Operator.Runtime.Caching;

namespace Operator.Quotas.Status;

/// <summary>What limiters really use, aggregated by quota. The channel to the limiters feeds it.</summary>
internal interface IQuotaUsage
{
    /// <summary>The use of a quota with everything below it; null while nothing was measured.</summary>
    QuotaUsage? Of(ObjectKey quota);
}

/// <summary>The use of one quota, at one moment.</summary>
internal sealed record QuotaUsage
{
    /// <summary>Whether it was measured for less than a minute: the means are of what was seen so far, and change quickly.</summary>
    public bool IsYoung { get; init; }

    /// <summary>Use by model group.</summary>
    public IReadOnlyDictionary<string, GroupMeasurement> Groups { get; init; } = new Dictionary<string, GroupMeasurement>();

    /// <summary>Limiters that draw on it.</summary>
    public int Limiters { get; init; }

    /// <summary>Those of them that hold the newest configuration.</summary>
    public int CurrentLimiters { get; init; }

    /// <summary>How hard it is pressed.</summary>
    public PressureReading Pressure { get; init; } = new();

    /// <summary>Money spent; null where no limiter told any.</summary>
    public SpendReading? Spend { get; init; }

    /// <summary>The highest use of each day, oldest first.</summary>
    public IReadOnlyList<DailyPeak> Peaks { get; init; } = [];
}

/// <summary>Use of one model group; rates a minute, shares of the limit from 0.</summary>
/// <param name="Allocated">What is handed out to limiters.</param>
/// <param name="Used">What was used in the last minute.</param>
/// <param name="Utilisation1m">Use against the limit over one minute.</param>
/// <param name="Utilisation15m">Over fifteen minutes.</param>
/// <param name="Utilisation1d">Over a day.</param>
internal sealed record GroupMeasurement(
    ResourceVector Allocated, ResourceVector Used, ResourceVector Utilisation1m, ResourceVector Utilisation15m, ResourceVector Utilisation1d);

/// <summary>How hard a quota is pressed.</summary>
internal sealed record PressureReading
{
    /// <summary>Demand against what may be used, in the tightest group and dimension.</summary>
    public double Ratio { get; init; }

    /// <summary>That group and dimension, for people.</summary>
    public string? Where { get; init; }

    /// <summary>Until when the API asked for a pause; null when it did not.</summary>
    public DateTimeOffset? FrozenUntil { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public string? FrozenBecause { get; init; }

    /// <summary>Until when there is no money; null while there is.</summary>
    public DateTimeOffset? SpendExhaustedUntil { get; init; }

    /// <summary>Since when the quota is pressed without a break; null while it is not.</summary>
    public DateTimeOffset? PressedSince { get; init; }
}

/// <summary>Money spent, in nanodollars; periods are UTC.</summary>
/// <param name="Today">On the day.</param>
/// <param name="ThisMonth">In the month.</param>
/// <param name="Day">The day that both are about.</param>
internal sealed record SpendReading(long Today, long ThisMonth, DateOnly Day);

/// <summary>The highest use of a day in the tightest group and dimension.</summary>
/// <param name="Day">The UTC day.</param>
/// <param name="Utilisation">Demand against the limit; above 1 when more was wanted than there is.</param>
internal sealed record DailyPeak(DateOnly Day, double Utilisation);

/// <summary>Use that is told by whoever measured it. Safe for concurrent use.</summary>
internal sealed class QuotaUsageStore : IQuotaUsage
{
    private readonly ConcurrentDictionary<ObjectKey, QuotaUsage> _usage = new();

    /// <inheritdoc/>
    public QuotaUsage? Of(ObjectKey quota) => _usage.GetValueOrDefault(quota);

    /// <summary>Sets the use of a quota; null forgets it.</summary>
    public void Set(ObjectKey quota, QuotaUsage? usage)
    {
        if (usage is null) _usage.TryRemove(quota, out _);
        else _usage[quota] = usage;
    }
}
