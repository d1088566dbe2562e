namespace Operator.Runtime.Hosting;

/// <summary>
/// A part of the operator that starts and stops with it. Register it as a singleton <see cref="IOperatorLifecycle"/>; the
/// operator's host does the rest. Each method is called at most once, and <see cref="StopAsync"/> only after a
/// <see cref="StartAsync"/>.
/// </summary>
public interface IOperatorLifecycle
{
    /// <summary>When the part runs.</summary>
    OperatorStage Stage { get; }

    /// <summary>Starts the part and returns when it runs; long work goes on in the background.</summary>
    /// <param name="cancellationToken">Cancelled when the operator stops before the start is through.</param>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stops taking new work, at once and without waiting: a controller shuts its queue. All parts of a stage are told before any of
    /// them is waited for.
    /// </summary>
    void StopTakingWork()
    {
    }

    /// <summary>Lets running work end and returns when nothing runs any more.</summary>
    /// <param name="cancellationToken">Cancelled when the grace is over: cancel what still runs and return.</param>
    Task StopAsync(CancellationToken cancellationToken);
}
