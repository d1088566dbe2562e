namespace Operator.Runtime.Hosting;

/// <summary>Where the operator is between its start and its end.</summary>
internal sealed class OperatorState
{
    private volatile bool _stopping;

    /// <summary>Whether a shutdown has begun: the replica is not ready any more.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Begins the shutdown.</summary>
    public void Stop() => _stopping = true;
}
