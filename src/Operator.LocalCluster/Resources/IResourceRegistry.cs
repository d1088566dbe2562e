namespace Operator.LocalCluster.Resources;

/// <summary>What is served right now. Safe for concurrent use.</summary>
internal interface IResourceRegistry
{
    /// <summary>All served definitions, one for each resource and version.</summary>
    IReadOnlyCollection<ResourceDefinition> Definitions { get; }

    /// <summary>Raised after every change, on the thread that made it.</summary>
    event Action? Changed;

    /// <summary>
    /// Serves a resource at these versions and at no others, from one storage. The first one is the preferred version.
    /// </summary>
    void Replace(string group, string plural, IReadOnlyList<ResourceDefinition> versions);

    /// <summary>Stops serving a resource. Watches on it end.</summary>
    void Remove(string group, string plural);
}
