namespace Operator.Runtime.Reconciling;

/// <summary>What a controller measures. Implementations are thread-safe and do not throw.</summary>
internal interface IControllerMetrics
{
    /// <summary>A worker began a reconcile.</summary>
    void Started();

    /// <summary>A worker ended a reconcile.</summary>
    /// <param name="result">The decision's result; null when the key was only put back.</param>
    /// <param name="took">How long it took.</param>
    void Ended(string? result, TimeSpan took);
}
