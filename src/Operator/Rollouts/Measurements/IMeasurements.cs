using Operator.Contract;
using Operator.Runtime.Caching;

namespace Operator.Rollouts;

/// <summary>What limiters report, merged. Safe for concurrent use.</summary>
internal interface IMeasurements
{
    /// <summary>How long a limiter counts after its last report: twice a lease's time to live.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>How long after its begin a leader waits until it takes those that it heard of for all limiters: a lease's time to live.</summary>
    static readonly TimeSpan Learning = TimeSpan.FromSeconds(30);

    /// <summary>Takes a report. One that arrives late or twice changes nothing.</summary>
    /// <param name="report">The report of an authenticated limiter.</param>
    /// <param name="now">The time of its arrival.</param>
    /// <returns>Whether the report was new.</returns>
    bool Accept(Report report, DateTimeOffset now);

    /// <summary>What is known of a deployment.</summary>
    Measurements.DeploymentMeasurements Of(ObjectKey deployment, DateTimeOffset now);

    /// <summary>When this process began to listen as leader; null before.</summary>
    DateTimeOffset? ListeningSince { get; }

    /// <summary>Told when a limiter joins a deployment or applies another configuration of it.</summary>
    event Action<ObjectKey>? Changed;
}
