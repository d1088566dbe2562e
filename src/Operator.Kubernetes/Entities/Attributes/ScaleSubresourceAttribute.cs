namespace Operator.Kubernetes;

/// <summary>Gives a custom resource the scale subresource.</summary>
/// <param name="specReplicasPath">Where the wanted replicas stand, such as <c>.spec.replicas</c>.</param>
/// <param name="statusReplicasPath">Where the present replicas stand, such as <c>.status.replicas</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ScaleSubresourceAttribute(string specReplicasPath, string statusReplicasPath) : Attribute
{
    /// <summary>Where the wanted replicas stand.</summary>
    public string SpecReplicasPath { get; } = specReplicasPath;

    /// <summary>Where the present replicas stand.</summary>
    public string StatusReplicasPath { get; } = statusReplicasPath;

    /// <summary>Where the selector of the replicas stands; null for nowhere.</summary>
    public string? LabelSelectorPath { get; init; }
}
