using System.Text.Json.Nodes;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Updates of a subresource change one part of an object and nothing else.</summary>
internal static class PartOf
{
    /// <summary>Makes an object equal to the stored one, its resourceVersion and managed fields apart.</summary>
    public static void Restore(JsonObject updated, JsonObject live)
    {
        var version = updated["metadata"]?["resourceVersion"]?.DeepClone();
        var managed = updated["metadata"]?["managedFields"]?.DeepClone();
        foreach (var name in updated.Select(field => field.Key).ToList())
            if (name is not ("apiVersion" or "kind"))
                updated.Remove(name);
        foreach (var (name, value) in live)
            if (name is not ("apiVersion" or "kind"))
                updated[name] = value?.DeepClone();
        if (updated["metadata"] is not JsonObject metadata)
            return;
        if (version is not null)
            metadata["resourceVersion"] = version;
        if (managed is not null)
            metadata["managedFields"] = managed;
    }
}
