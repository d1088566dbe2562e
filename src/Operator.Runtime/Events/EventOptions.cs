namespace Operator.Runtime.Events;

/// <summary>How events are counted, limited and written. The defaults are those of Kubernetes' own recorders where they have one.</summary>
public sealed class EventOptions
{
    /// <summary>The reporter; null for the operator's name.</summary>
    public string? ReportingController { get; set; }

    /// <summary>This process among those of the reporter, at most 128 characters; null for the host name.</summary>
    public string? ReportingInstance { get; set; }

    /// <summary>Repetitions further apart than this are events of their own. Default 6 min.</summary>
    public TimeSpan SeriesWindow { get; set; } = TimeSpan.FromMinutes(6);

    /// <summary>How often the count of a running series is written at most. Default 1 min.</summary>
    public TimeSpan SeriesRefresh { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many series are followed at once; the one silent for longest is ended first. Default 4096.</summary>
    public int MaxSeries { get; set; } = 4096;

    /// <summary>How many events about one object may come at once. Default 25.</summary>
    public int BurstPerObject { get; set; } = 25;

    /// <summary>How long until one more event about the object may come. Default 5 min.</summary>
    public TimeSpan RefillPerObject { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many events may wait to be written; the oldest is dropped for a newer one. Default 1000.</summary>
    public int QueueCapacity { get; set; } = 1000;

    /// <summary>How often one write is tried. Default 5.</summary>
    public int MaxAttempts { get; set; } = 5;
}
