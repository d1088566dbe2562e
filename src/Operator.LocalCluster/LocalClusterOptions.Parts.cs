using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.Node;

namespace Operator.LocalCluster;

public sealed partial class LocalClusterOptions
{
    /// <summary>
    /// Which controllers run beside the API; the default is none, in the role of a bare API server. The one that serves
    /// CustomResourceDefinitions always runs.
    /// </summary>
    public ClusterControllers Controllers { get; set; } = ClusterControllers.None;

    /// <summary>The node that runs pods inside this process; null for a cluster in which pods stay pending.</summary>
    public NodeOptions? Node { get; set; }

    /// <summary>The pause of the Job controller after a first failed pod; it doubles with each further one.</summary>
    public TimeSpan JobBackoff { get; set; } = TimeSpan.FromSeconds(10);
}
