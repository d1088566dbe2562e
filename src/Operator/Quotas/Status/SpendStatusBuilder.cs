using System.Globalization;
using Operator.Api;

namespace Operator.Quotas.Status;

/// <summary>The money of a quota as its status tells it.</summary>
internal static class SpendStatusBuilder
{
    /// <summary>Before this part of a month is over, its pace says too little for a forecast.</summary>
    private static readonly TimeSpan LeastPace = TimeSpan.FromHours(6);

    public static SpendStatus? Build(SpendReading? reading, DateTimeOffset now)
    {
        if (reading is null) return null;
        var start = new DateTimeOffset(new DateTime(reading.Day.Year, reading.Day.Month, 1, 0, 0, 0, DateTimeKind.Utc));
        return new SpendStatus
        {
            Today = Dollars(reading.Today),
            ThisMonth = Dollars(reading.ThisMonth),
            ForecastMonth = Forecast(reading.ThisMonth, start, now) is { } forecast ? Dollars(forecast) : null,
            Day = reading.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            Month = reading.Day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>What a month will cost at its present pace, in nanodollars; null while it is too young.</summary>
    public static long? Forecast(long spent, DateTimeOffset monthStart, DateTimeOffset now)
    {
        var end = monthStart.AddMonths(1);
        var elapsed = (now < end ? now : end) - monthStart;
        return elapsed < LeastPace ? null : (long)Math.Min(long.MaxValue / 2, spent * ((end - monthStart) / elapsed));
    }

    /// <summary>Money to the cent: less would change the status at every request.</summary>
    public static Money Dollars(long nanodollars) => Money.FromAmount(Math.Round(nanodollars / 1_000_000_000m, 2));
}
