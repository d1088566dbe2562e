using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Leases: a PUT creates a missing one.</summary>
internal sealed class LeaseStrategy() : BuiltInStrategy(TypeCatalog.Get("Lease"))
{
    /// <inheritdoc/>
    public override bool AllowsUnconditionalUpdate => false;

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        if (value.Number("spec", "leaseDurationSeconds") is <= 0 and var duration)
            yield return Invalid("spec.leaseDurationSeconds", duration, "must be greater than 0");
        if (value.Number("spec", "leaseTransitions") is < 0 and var transitions)
            yield return Invalid("spec.leaseTransitions", transitions, "must be greater than or equal to 0");
        if (value.Text("spec", "preferredHolder") is { Length: > 0 } && string.IsNullOrEmpty(value.Text("spec", "strategy")))
        {
            yield return Forbidden("spec.preferredHolder", "can only be specified when strategy is specified");
        }
    }
}
