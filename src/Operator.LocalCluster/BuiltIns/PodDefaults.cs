using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The defaults of a pod's spec that depend on other fields; pods and pod templates share them.</summary>
internal static class PodDefaults
{
    private static readonly string[] ContainerLists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>All containers of a pod's spec, init containers first.</summary>
    public static IEnumerable<JsonObject> Containers(JsonObject? spec) => ContainerLists.SelectMany(list => spec.Children(list));

    /// <summary>Fills the defaults of a template's or pod's spec.</summary>
    public static void Apply(JsonObject? spec)
    {
        if (spec is null)
            return;
        foreach (var container in Containers(spec))
            ApplyToContainer(container);
        foreach (var volume in spec.Children("volumes"))
            if (volume.All(field => field.Key == "name"))
                volume["emptyDir"] = new JsonObject();
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
            spec["serviceAccount"] = account;
        else if (spec.Text("serviceAccount") is { Length: > 0 } former)
            spec["serviceAccountName"] = former;
    }

    /// <summary>Requests that are missing equal the limits. For pods only, not for templates.</summary>
    public static void ApplyRequests(JsonObject? spec)
    {
        foreach (var container in Containers(spec))
        {
            if (container.Child("resources", "limits") is not { } limits)
                continue;
            var requests = ((JsonObject)container["resources"]!).Ensure("requests");
            foreach (var (name, limit) in limits)
                if (!requests.ContainsKey(name))
                    requests[name] = limit?.DeepClone();
        }
    }

    private static void ApplyToContainer(JsonObject container)
    {
        if (container.Text("image") is { } image)
            container.Default("imagePullPolicy", PullPolicy(image));
        foreach (var list in (string[])["limits", "requests"])
            if (container.Child("resources", list) is { } quantities)
                foreach (var (name, quantity) in quantities.ToList())
                    if (quantity?.GetValueKind() == JsonValueKind.Number)
                        quantities[name] = QuantityText(quantity);
    }

    private static string QuantityText(JsonNode quantity) =>
        quantity.AsNumber()?.ToString(CultureInfo.InvariantCulture)
        ?? Math.Round(quantity.GetValue<double>() * 1000).ToString(CultureInfo.InvariantCulture) + "m";

    private static string PullPolicy(string image)
    {
        if (image.Contains('@', StringComparison.Ordinal))
            return "IfNotPresent";
        var colon = image.LastIndexOf(':');
        var tag = colon > image.LastIndexOf('/') ? image[(colon + 1)..] : "latest";
        return tag == "latest" ? "Always" : "IfNotPresent";
    }
}
