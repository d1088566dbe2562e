using Operator.Limiters.Reports;
using Operator.Quotas;
using Operator.Quotas.Status;

namespace Operator.Limiters.Usage;

/// <summary>What the limiters of a quota and of everything below it tell together. Not safe for concurrent use.</summary>
internal sealed class QuotaSum
{
    public Dictionary<string, GroupSum> Groups { get; } = new(StringComparer.Ordinal);

    public int Limiters { get; set; }

    public int Current { get; set; }

    /// <summary>Adds what one limiter draws; of one that fell silent only what it was given.</summary>
    public void Add(string group, Draw draw, bool isFresh)
    {
        var sum = Groups.GetValueOrDefault(group);
        if (draw.Lease is { } lease) sum = sum with { Allocated = sum.Allocated + Measured.Amount(lease.Grant.Rate) };
        if (isFresh) sum = sum with { Offered = sum.Offered + draw.Offered, Backlog = sum.Backlog + draw.Backlog, Used = sum.Used + draw.Used };
        Groups[group] = sum;
    }
}

/// <summary>Sums of one model group; rates are a second.</summary>
internal readonly record struct GroupSum(ResourceVector Offered, ResourceVector Backlog, ResourceVector Used, ResourceVector Allocated);

/// <summary>Means of the use of one model group, a second.</summary>
internal sealed record Means(MovingMean Minute, MovingMean Quarter, MovingMean Day)
{
    public static Means None { get; } = new(new(TimeSpan.FromMinutes(1)), new(TimeSpan.FromMinutes(15)), new(TimeSpan.FromDays(1)));

    public Means With(ResourceVector used, TimeSpan passed) => new(Minute.With(used, passed), Quarter.With(used, passed), Day.With(used, passed));
}

/// <summary>What is remembered of a quota between two looks.</summary>
internal sealed class QuotaHistory
{
    private const double Pressed = 0.85;
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);
    private DateTimeOffset? _pressedSince;
    private DateTimeOffset? _usedSince;

    public Dictionary<string, Means> Means { get; } = new(StringComparer.Ordinal);

    public List<DailyPeak> Peaks { get; } = [];

    public (bool Frozen, bool Spent, bool Young, int Band)? State { get; set; }

    /// <summary>Since when the pressure is high without a break.</summary>
    public DateTimeOffset? Press(double ratio, DateTimeOffset now) => _pressedSince = ratio >= Pressed ? _pressedSince ?? now : null;

    /// <summary>Whether the quota is used for less than a minute.</summary>
    public bool IsYoung(bool used, DateTimeOffset now)
    {
        if (used) _usedSince ??= now;
        return _usedSince is { } since && now - since < Young;
    }

    /// <summary>Keeps the highest pressure of each day.</summary>
    public void Peak(double ratio, DateTimeOffset now, int most)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        if (Peaks is [.., var last] && last.Day == today)
        {
            if (ratio > last.Utilisation) Peaks[^1] = last with { Utilisation = ratio };
            return;
        }
        Peaks.Add(new DailyPeak(today, ratio));
        if (Peaks.Count > most) Peaks.RemoveAt(0);
    }
}
