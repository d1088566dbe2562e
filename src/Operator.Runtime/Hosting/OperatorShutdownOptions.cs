namespace Operator.Runtime.Hosting;

/// <summary>
/// How long each step of a shutdown may take. Give the pod a <c>terminationGracePeriodSeconds</c> of at least <see cref="Total"/>;
/// with the defaults 75 is enough.
/// </summary>
public sealed class OperatorShutdownOptions
{
    /// <summary>How long running reconciles may go on before they are cancelled. Default 30 s.</summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long any part may take to end once it was cancelled, before it is left behind; also how long parts without a grace of their own
    /// may take to end by themselves. Default 3 s.
    /// </summary>
    public TimeSpan CancelTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long the flush of queued events may take. Default 5 s.</summary>
    public TimeSpan EventFlushTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The shortest time from the moment when the replica says that it is not ready until admission closes, so that the API server
    /// has stopped sending reviews here. Default 3 s.
    /// </summary>
    public TimeSpan EndpointDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The longest time that a whole shutdown may take, with every part hanging until it is left behind.</summary>
    public TimeSpan Total => GracePeriod + EventFlushTimeout + EndpointDelay + (11 * CancelTimeout);
}
