namespace Operator.LocalCluster.Node;

/// <summary>A container cannot start yet; it waits and is tried again.</summary>
/// <param name="reason">The reason of the waiting state.</param>
/// <param name="message">What is missing.</param>
internal sealed class PodNotReadyException(string reason, string message) : Exception(message)
{
    /// <summary>The reason of the waiting state.</summary>
    public string Reason { get; } = reason;
}
