using System.Text.Json.Nodes;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Applying;

namespace Operator.Runtime.Finalizers;

/// <summary>
/// Patches of <c>metadata.finalizers</c>. They replace the list, so they carry the version that it was read at: a change in between
/// ends in a conflict and not in a lost finalizer of somebody else.
/// </summary>
internal static class FinalizerPatch
{
    /// <summary>Adds identifiers; null when all are there.</summary>
    public static KubernetesPatch? Add(V1ObjectMeta metadata, IEnumerable<string> identifiers)
    {
        var present = metadata.Finalizers ?? [];
        var missing = identifiers.Where(i => !present.Contains(i)).ToList();
        return missing.Count == 0 ? null : Replace(metadata, present.Concat(missing));
    }

    /// <summary>Removes an identifier; null when it is not there.</summary>
    public static KubernetesPatch? Remove(V1ObjectMeta metadata, string identifier)
    {
        var present = metadata.Finalizers ?? [];
        return present.Contains(identifier) ? Replace(metadata, present.Where(i => i != identifier)) : null;
    }

    private static KubernetesPatch Replace(V1ObjectMeta metadata, IEnumerable<string> finalizers)
    {
        if (string.IsNullOrEmpty(metadata.ResourceVersion))
            throw new InvalidOperationException($"{metadata.Name} has no metadata.resourceVersion: its finalizers cannot be changed safely. Read it first.");
        var patch = new JsonObject
        {
            ["resourceVersion"] = metadata.ResourceVersion,
            ["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode?)JsonValue.Create(f))]),
        };
        if (metadata.Uid is not null) patch["uid"] = metadata.Uid;
        return new KubernetesPatch(PatchType.Merge, JsonBytes.Of(new JsonObject { ["metadata"] = patch }));
    }
}
