using Operator.LocalCluster.Controllers;

namespace Operator.LocalCluster;

public sealed partial class LocalClusterOptions
{
    /// <summary>
    /// Which controllers run beside the API; the default is none, in the role of a bare API server. The one that serves
    /// CustomResourceDefinitions always runs.
    /// </summary>
    public ClusterControllers Controllers { get; set; } = ClusterControllers.None;
}
