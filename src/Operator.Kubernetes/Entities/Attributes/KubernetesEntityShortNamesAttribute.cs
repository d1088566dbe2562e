namespace Operator.Kubernetes;

/// <summary>Short names of a custom resource on the command line.</summary>
/// <param name="shortNames">The names, such as <c>cdep</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KubernetesEntityShortNamesAttribute(params string[] shortNames) : Attribute
{
    /// <summary>The names.</summary>
    public IReadOnlyList<string> ShortNames { get; } = shortNames;
}
