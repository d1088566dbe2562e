using System.Collections.Immutable;
using System.Globalization;

namespace Operator.Quotas.Spend;

/// <summary>
/// The money of one quota, in nanodollars. Limiters settle what they spent in numbered deltas and send each again until it is
/// acknowledged; a delta counts once, whatever is lost, repeated or restarted, because the numbers are checkpointed with the sums.
/// Immutable.
/// </summary>
internal sealed record SpendLedger
{
    /// <summary>Days that are kept: a month and what arrives late from the one before.</summary>
    private const int KeptDays = 62;

    /// <summary>Nothing spent.</summary>
    public static SpendLedger Empty { get; } = new();

    /// <summary>Settled amounts by UTC day, as <c>2026-11-20</c>.</summary>
    public ImmutableSortedDictionary<string, long> Days { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>The highest delta that is counted, by limiter instance.</summary>
    public ImmutableSortedDictionary<string, long> Sequences { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>What limiters hold for requests under way, by instance: it is spent unless they give it back.</summary>
    public ImmutableSortedDictionary<string, long> Reserved { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>What an instance holds for requests under way, in all.</summary>
    public SpendLedger Reserve(string instance, long amount) =>
        this with { Reserved = amount > 0 ? Reserved.SetItem(instance, amount) : Reserved.Remove(instance) };

    /// <summary>Counts a delta unless it was counted before.</summary>
    /// <param name="instance">The limiter's start.</param>
    /// <param name="sequence">Its number, from 1. A limiter numbers the deltas of all its quotas together, so there may be gaps here.</param>
    /// <param name="amount">Nanodollars; not negative.</param>
    /// <param name="day">The UTC day; another form counts for <paramref name="today"/>.</param>
    /// <param name="today">The present UTC day.</param>
    public SpendLedger Settle(string instance, long sequence, long amount, string day, DateOnly today)
    {
        var last = Sequences.GetValueOrDefault(instance);
        if (sequence <= last || amount < 0) return this;
        var on = IsDay(day, today) ? day : Text(today);
        return this with
        {
            Sequences = Sequences.SetItem(instance, sequence),
            Days = Days.SetItem(on, Saturated(Days.GetValueOrDefault(on), amount)),
        };
    }

    /// <summary>A limiter is gone for certain, and what it told is complete: nothing of it can arrive any more.</summary>
    public SpendLedger Forget(string instance) => this with { Sequences = Sequences.Remove(instance), Reserved = Reserved.Remove(instance) };

    /// <summary>Drops days that no budget looks at any more.</summary>
    public SpendLedger Prune(DateOnly today)
    {
        var oldest = Text(today.AddDays(-KeptDays));
        return Days.Keys.Any(d => string.CompareOrdinal(d, oldest) < 0)
            ? this with { Days = Days.RemoveRange(Days.Keys.Where(d => string.CompareOrdinal(d, oldest) < 0)) }
            : this;
    }

    /// <summary>Settled on a day.</summary>
    public long On(DateOnly day) => Days.GetValueOrDefault(Text(day));

    /// <summary>Settled in a calendar month.</summary>
    public long InMonth(DateOnly day)
    {
        var month = Text(day)[..8];
        return Days.Where(d => d.Key.StartsWith(month, StringComparison.Ordinal)).Aggregate(0L, (sum, d) => Saturated(sum, d.Value));
    }

    /// <summary>Until when a budget is spent, with what is reserved; null while there is money.</summary>
    /// <param name="monthly">The month's budget; null for none.</param>
    /// <param name="daily">The day's budget; null for none.</param>
    /// <param name="now">The time.</param>
    public DateTimeOffset? ExhaustedUntil(long? monthly, long? daily, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var reserved = Reserved.Values.Aggregate(0L, Saturated);
        if (monthly <= Saturated(InMonth(today), reserved)) return Midnight(new DateOnly(today.Year, today.Month, 1).AddMonths(1));
        return daily <= Saturated(On(today), reserved) ? Midnight(today.AddDays(1)) : null;
    }

    /// <summary>A day as the ledger writes it.</summary>
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A day in the future, or so long ago that it is dropped at once, is a clock that is wrong.</summary>
    private static bool IsDay(string text, DateOnly today) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day <= today.AddDays(1) && day >= today.AddDays(-KeptDays);

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static long Saturated(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;
}
