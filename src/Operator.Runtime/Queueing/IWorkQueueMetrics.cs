namespace Operator.Runtime.Queueing;

/// <summary>What a queue measures. Implementations are thread-safe and do not throw.</summary>
internal interface IWorkQueueMetrics
{
    /// <summary>A key became dirty.</summary>
    void Added();

    /// <summary>A key was added again after a failure or with a delay.</summary>
    void Retried();

    /// <summary>A worker got a key that had waited this long.</summary>
    void Got(TimeSpan waited);

    /// <summary>A worker gave a key back that it had worked on this long.</summary>
    void Worked(TimeSpan worked);
}

/// <summary>Measures nothing.</summary>
internal sealed class NoWorkQueueMetrics : IWorkQueueMetrics
{
    public static NoWorkQueueMetrics Instance { get; } = new();

    public void Added()
    {
    }

    public void Retried()
    {
    }

    public void Got(TimeSpan waited)
    {
    }

    public void Worked(TimeSpan worked)
    {
    }
}
