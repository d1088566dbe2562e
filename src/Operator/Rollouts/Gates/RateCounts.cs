namespace Operator.Rollouts.Gates;

/// <summary>Cumulative count of requests and of the requests among them that show an event (an error, a truncation, a slow answer).</summary>
/// <param name="Events">Requests that showed the event; 0 to <paramref name="Trials"/>.</param>
/// <param name="Trials">All requests that count.</param>
public readonly record struct RateCounts(long Events, long Trials)
{
    /// <summary>Whether the counts can be counts at all.</summary>
    public bool IsValid => Events >= 0 && Trials >= Events;

    /// <summary>Observed share, 0 to 1; 0 without trials.</summary>
    public double Rate => Trials == 0 ? 0 : (double)Events / Trials;

    /// <summary>The same requests, counted by the absence of the event.</summary>
    public RateCounts Complement => new(Trials - Events, Trials);

    /// <summary>Merges what two limiters counted.</summary>
    public static RateCounts operator +(RateCounts left, RateCounts right) =>
        new(left.Events + right.Events, left.Trials + right.Trials);

    /// <summary>Merges what two limiters counted.</summary>
    public static RateCounts Add(RateCounts left, RateCounts right) => left + right;
}
