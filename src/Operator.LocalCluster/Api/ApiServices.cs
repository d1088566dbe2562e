using Operator.LocalCluster.Admission;
using Operator.LocalCluster.Faults;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Api;

/// <summary>What the verbs work with.</summary>
internal sealed class ApiServices
{
    /// <summary>The objects.</summary>
    public required ObjectStore Store { get; init; }

    /// <summary>The served resources.</summary>
    public required ResourceRegistry Registry { get; init; }

    /// <summary>The clock of timestamps, timeouts and bookmarks.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>The faults that tests ask for.</summary>
    public required ClusterFaults Faults { get; init; }

    /// <summary>The admission chain; it is set once, before the first request.</summary>
    public IAdmission Admission { get; set; } = NoAdmission.Instance;

    /// <summary>The time now as the API writes it.</summary>
    public string Now() => ObjectMetadata.Time(Time.GetUtcNow());
}
