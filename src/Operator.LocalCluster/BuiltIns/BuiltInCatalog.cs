using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The kinds that are served without a CustomResourceDefinition.</summary>
internal static class BuiltInCatalog
{
    /// <summary>
    /// All built-in resources; several versions or groups of one kind stand next to each other. Parsed once for the process:
    /// definitions hold no state of a cluster.
    /// </summary>
    public static IReadOnlyList<ResourceDefinition> All { get; } = [.. CoreKinds.All, .. WorkloadKinds.All, .. ClusterKinds.All];
}
