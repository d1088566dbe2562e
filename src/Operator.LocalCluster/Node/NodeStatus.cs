using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>What the node tells about itself.</summary>
internal static class NodeStatus
{
    /// <summary>The status of a node that is ready.</summary>
    public static JsonObject Describe(DateTimeOffset now)
    {
        JsonObject Capacity() => new()
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] = (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024).ToString(CultureInfo.InvariantCulture) + "Ki",
            ["pods"] = "1000",
        };
        var status = new JsonObject
        {
            ["capacity"] = Capacity(),
            ["allocatable"] = Capacity(),
            ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = "127.0.0.1" }),
            ["nodeInfo"] = new JsonObject
            {
                ["architecture"] = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(),
                ["containerRuntimeVersion"] = "local://1",
                ["kernelVersion"] = "",
                ["kubeletVersion"] = "v1.36.0",
                ["operatingSystem"] = OperatingSystem.IsWindows() ? "windows" : "linux",
                ["osImage"] = RuntimeInformation.FrameworkDescription,
            },
        };
        Conditions.Set(status, "Ready", true, "KubeletReady", "the node runs containers inside of the cluster's process", ObjectFields.Stamp(now));
        return status;
    }
}
