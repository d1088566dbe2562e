using Operator.Api.Validation;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Api;

/// <summary>What a revision must pass.</summary>
public sealed class GatesSpec : KubernetesModel
{
    /// <summary>Offline gates: a suite of cases, judged before the revision gets traffic unless the gate says otherwise.</summary>
    [Items(maxItems: Limits.EvalGates), ListType(ListType.Map), ListMapKeys("name")]
    public IList<EvalGate>? Evals { get; set; }

    /// <summary>Live gates: measurements of the limiters, new revision against stable at the same time.</summary>
    [Items(maxItems: Limits.LiveGates), ListType(ListType.Map), ListMapKeys("metric")]
    public IList<LiveGateSpec>? Live { get; set; }
}
