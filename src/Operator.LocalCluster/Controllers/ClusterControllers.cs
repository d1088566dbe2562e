namespace Operator.LocalCluster.Controllers;

/// <summary>The controllers that may run beside the API.</summary>
[Flags]
public enum ClusterControllers
{
    /// <summary>None: objects stay as clients leave them.</summary>
    None = 0,

    /// <summary>Deletes objects whose owners are gone; foreground and orphaning deletions.</summary>
    GarbageCollector = 1,

    /// <summary>Empties namespaces that are being deleted.</summary>
    Namespaces = 2,

    /// <summary>Gives namespaces their default service account and the ConfigMap with the cluster's authority.</summary>
    ServiceAccounts = 4,

    /// <summary>Runs the pods of Jobs.</summary>
    Jobs = 8,

    /// <summary>Runs the pods of Deployments, through ReplicaSets.</summary>
    Deployments = 16,

    /// <summary>All of them.</summary>
    All = GarbageCollector | Namespaces | ServiceAccounts | Jobs | Deployments,
}
