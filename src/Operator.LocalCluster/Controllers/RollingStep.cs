using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>How far the new and the old pods of a deployment are scaled next: a function of counts.</summary>
/// <param name="New">Replicas of the new ReplicaSet.</param>
/// <param name="Old">Replicas that all old ReplicaSets may keep together.</param>
internal readonly record struct RollingStep(long New, long Old)
{
    /// <summary>The next step.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="newReplicas">Replicas of the new set now.</param>
    /// <param name="newAvailable">Those that are available.</param>
    /// <param name="oldReplicas">Replicas of the old sets now.</param>
    /// <param name="oldAvailable">Those that are available.</param>
    public static RollingStep Next(JsonObject deployment, long newReplicas, long newAvailable, long oldReplicas, long oldAvailable)
    {
        var wanted = deployment.Number("spec", "replicas") ?? 1;
        if (deployment.Text("spec", "strategy", "type") == "Recreate")
            return oldReplicas > 0 ? new(newReplicas, 0) : new(wanted, 0);
        var surge = Resolve(deployment.At("spec", "strategy", "rollingUpdate", "maxSurge"), wanted, roundUp: true);
        var unavailable = Resolve(deployment.At("spec", "strategy", "rollingUpdate", "maxUnavailable"), wanted, roundUp: false);
        if (surge == 0 && unavailable == 0)
            unavailable = 1;
        var next = newReplicas > wanted ? wanted : Math.Min(wanted, Math.Max(newReplicas, wanted + surge - oldReplicas));
        // Old pods that do not serve cost nothing; of the others as many go as the rest can spare.
        var spare = newAvailable + oldAvailable - (wanted - unavailable);
        var idle = oldReplicas - oldAvailable;
        var keep = Math.Max(0, oldReplicas - idle - Math.Max(0, spare));
        return new(next, Math.Min(oldReplicas, keep));
    }

    private static long Resolve(JsonNode? value, long wanted, bool roundUp)
    {
        if (value.AsNumber() is { } number)
            return number;
        if (value.AsText() is not { } text || !text.EndsWith('%')
            || !double.TryParse(text[..^1], NumberStyles.Number, CultureInfo.InvariantCulture, out var percent))
        {
            return roundUp ? 1 : 0;
        }
        var exact = wanted * percent / 100;
        return (long)(roundUp ? Math.Ceiling(exact) : Math.Floor(exact));
    }
}
