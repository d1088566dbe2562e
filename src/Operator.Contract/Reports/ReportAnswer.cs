namespace Operator.Contract;

/// <summary>The operator's answer to a report.</summary>
public sealed record ReportAnswer
{
    /// <summary>The transition count of the leader's lease.</summary>
    public required long Epoch { get; init; }

    /// <summary>The operator's time when it answered: times in <see cref="Leases"/> are by its clock, and the limiter's may be another. Null for unknown.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The leases of the limiter, all of them; none in the answer to a brief report.</summary>
    public IReadOnlyList<Lease> Leases { get; init; } = [];

    /// <summary>
    /// Whether the operator has taken a whole report of this start of the limiter, so that <see cref="Report.Brief"/> ones say enough in
    /// between. A brief report that is answered with false counts for nothing: a whole one should follow at once.
    /// </summary>
    public bool Known { get; init; }

    /// <summary>The highest sequence of spend deltas that is safely recorded.</summary>
    public long AcknowledgedSpend { get; init; }

    /// <summary>When the next report is due; the limiter adds its own jitter.</summary>
    public TimeSpan NextReport { get; init; } = TimeSpan.FromSeconds(1);
}
