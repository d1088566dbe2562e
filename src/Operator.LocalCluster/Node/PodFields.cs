using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Node;

/// <summary>What a pod tells its containers about itself (the downward API).</summary>
internal static partial class PodFields
{
    /// <summary>The value of a field path.</summary>
    /// <exception cref="PodNotReadyException">The path is not supported.</exception>
    public static string Read(JsonObject pod, string path)
    {
        if (Entry().Match(path) is { Success: true } entry)
            return pod.Text("metadata", entry.Groups["map"].Value, entry.Groups["key"].Value) ?? "";
        return path switch
        {
            "metadata.name" or "metadata.namespace" or "metadata.uid" or "spec.nodeName" or "spec.serviceAccountName" or "status.podIP"
                or "status.hostIP" => pod.Text(path.Split('.')) ?? "",
            "status.podIPs" => pod.Text("status", "podIP") ?? "",
            "status.hostIPs" => pod.Text("status", "hostIP") ?? "",
            "metadata.labels" => Lines(pod.Child("metadata", "labels")),
            "metadata.annotations" => Lines(pod.Child("metadata", "annotations")),
            _ => throw new PodNotReadyException("CreateContainerConfigError", $"field label not supported: {path}"),
        };
    }

    /// <summary>The value of a resourceFieldRef in units of its divisor; unset limits read as the machine's.</summary>
    public static string ReadResource(JsonObject pod, JsonObject? reference, JsonObject? container)
    {
        var name = reference.Text("containerName");
        var owner = name is null ? container : PodDefaults.Containers(pod.Child("spec")).FirstOrDefault(c => c.Text("name") == name);
        var parts = (reference.Text("resource") ?? "").Split('.', 2);
        var quantity = parts.Length == 2 ? owner.At("resources", parts[0], parts[1])?.ToString() : null;
        var cpu = parts is [_, "cpu"];
        var value = quantity is not null ? Quantity(quantity) : cpu ? Environment.ProcessorCount : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var divisor = Quantity(reference.At("divisor")?.ToString() is { } text and not "0" ? text : "1");
        return Math.Ceiling(value / divisor).ToString("0", CultureInfo.InvariantCulture);
    }

    /// <summary>A quantity such as <c>250m</c>, <c>1.5</c> or <c>64Mi</c> as a number.</summary>
    public static double Quantity(string text)
    {
        var match = Number().Match(text);
        if (!match.Success)
            return 0;
        var number = double.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        return number * match.Groups["unit"].Value switch
        {
            "m" => 0.001,
            "k" => 1e3,
            "M" => 1e6,
            "G" => 1e9,
            "T" => 1e12,
            "Ki" => 1024.0,
            "Mi" => 1024.0 * 1024,
            "Gi" => 1024.0 * 1024 * 1024,
            "Ti" => 1024.0 * 1024 * 1024 * 1024,
            _ => 1,
        };
    }

    private static string Lines(JsonObject? map) => string.Join('\n', map.TextMap().OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => $"{pair.Key}={JsonText.Of(pair.Value)}"));

    [GeneratedRegex(@"^metadata\.(?<map>labels|annotations)\['(?<key>[^']+)'\]$")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^(?<number>\d+(\.\d+)?([eE][+-]?\d+)?)(?<unit>m|k|M|G|T|Ki|Mi|Gi|Ti)?$")]
    private static partial Regex Number();
}
