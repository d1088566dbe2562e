namespace Operator.Kubernetes;

/// <summary>Names the API resource that a type stands for.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KubernetesEntityAttribute : Attribute
{
    /// <summary>The API group; empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>The version within the group, such as <c>v1</c>.</summary>
    public string ApiVersion { get; init; } = "v1";

    /// <summary>The kind, such as <c>Deployment</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The resource name used in paths, such as <c>deployments</c>.</summary>
    public required string PluralName { get; init; }
}
