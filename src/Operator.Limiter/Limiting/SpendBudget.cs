using Operator.Contract;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Limiting;

/// <summary>Decides by money.</summary>
internal static class SpendBudget
{
    /// <summary>When a call that found only money that others hold may come again.</summary>
    public static readonly TimeSpan HeldPause = TimeSpan.FromSeconds(5);

    /// <summary>Why a request is refused by money; null when there is money.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="lane">The request's lane.</param>
    /// <param name="spent">What this limiter alone spent today and this month, which may already be beyond a budget, and what its calls under way hold.</param>
    /// <param name="now">The time.</param>
    public static Refusal? Check(QuotaConfiguration quota, Lane lane, (long Today, long Month, long Reserved) spent, DateTimeOffset now)
    {
        foreach (var budget in quota.Spend)
        {
            if (budget.OnExhausted == OnExhausted.Alert || (budget.OnExhausted == OnExhausted.ShedBulk && lane != Lane.Bulk)) continue;
            DateTimeOffset? until = null;
            if (budget.ExhaustedUntil is { } known && known > now) until = known;
            else if (budget.Monthly is { } monthly && spent.Month >= monthly) until = NextMonth(now);
            else if (budget.Daily is { } daily && spent.Today >= daily) until = NextDay(now);
            if (until is not { } reset)
            {
                // Some of what is held comes back: those calls may cost less than they are expected to.
                if (spent.Reserved < Math.Min(budget.Monthly - spent.Month ?? long.MaxValue, budget.Daily - spent.Today ?? long.MaxValue)) continue;
                return Refusal.Limited("spend", budget.Quota, "Calls under way hold the rest of the money budget.", HeldPause);
            }
            return Refusal.Limited("spend", budget.Quota, "The money budget is spent.", reset - now) with { ShouldRetry = false };
        }
        return null;
    }

    /// <summary>The next midnight, UTC.</summary>
    public static DateTimeOffset NextDay(DateTimeOffset now) => new(now.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);

    /// <summary>The next first of a month, UTC.</summary>
    public static DateTimeOffset NextMonth(DateTimeOffset now) =>
        new DateTimeOffset(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(1);
}
