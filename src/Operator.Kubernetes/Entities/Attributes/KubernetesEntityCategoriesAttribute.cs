namespace Operator.Kubernetes;

/// <summary>Groups of a custom resource on the command line, such as <c>all</c>.</summary>
/// <param name="categories">The groups.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KubernetesEntityCategoriesAttribute(params string[] categories) : Attribute
{
    /// <summary>The groups.</summary>
    public IReadOnlyList<string> Categories { get; } = categories;
}
