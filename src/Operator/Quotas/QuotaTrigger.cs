using Operator.Runtime.Reconciling;

namespace Operator.Quotas;

/// <summary>Asks for the status of a quota to be written, because what limiters tell of it changed.</summary>
internal sealed class QuotaTrigger
{
    /// <summary>The trigger of the controller of ClaudeQuotas.</summary>
    public ReconcileTrigger Trigger { get; } = new();
}
