using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Services: they get an address of the service network, though nothing routes to it here.</summary>
internal sealed class ServiceStrategy() : BuiltInStrategy(TypeCatalog.Get("Service"))
{
    /// <inheritdoc/>
    public override string? ValidateName(string name) => NameRules.Label(name);

    /// <inheritdoc/>
    protected override void ApplyKindDefaults(JsonObject value)
    {
        if (value["spec"] is not JsonObject spec)
            return;
        foreach (var port in spec.Children("ports"))
            if (port["port"] is { } number)
                port.Default("targetPort", number.DeepClone());
        switch (spec.Text("type"))
        {
            case "ExternalName":
                return;
            case "LoadBalancer":
                spec.Default("allocateLoadBalancerNodePorts", true);
                spec.Default("externalTrafficPolicy", "Cluster");
                break;
            case "NodePort":
                spec.Default("externalTrafficPolicy", "Cluster");
                break;
            default:
                break;
        }
        spec.Default("internalTrafficPolicy", "Cluster");
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject created)
    {
        base.PrepareForCreate(created);
        if (created.Child("spec") is not { } spec || spec.Text("type") == "ExternalName")
            return;
        spec.Default("clusterIP", Address(created));
        spec.Default("clusterIPs", new JsonArray(spec["clusterIP"]!.DeepClone()));
        spec.Default("ipFamilies", new JsonArray("IPv4"));
        spec.Default("ipFamilyPolicy", "SingleStack");
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject updated, JsonObject live, string? subresource)
    {
        // What was allocated stays, when the update does not name it.
        if (subresource is null && updated["spec"] is JsonObject spec && spec.Text("type") != "ExternalName")
            foreach (var name in (string[])["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
                if (spec[name] is null && live.At("spec", name) is { } value)
                    spec[name] = value.DeepClone();
    }

    /// <inheritdoc/>
    public override IEnumerable<FieldError> Validate(JsonObject value, JsonObject? live)
    {
        var spec = value.Child("spec");
        var ports = spec.Children("ports").ToList();
        if (ports.Count == 0 && spec.Text("type") != "ExternalName" && spec.Text("clusterIP") != "None")
            yield return Required("spec.ports");
        for (var i = 0; i < ports.Count; i++)
            if (ports.Count > 1 && string.IsNullOrEmpty(ports[i].Text("name")))
                yield return Required($"spec.ports[{i.ToString(CultureInfo.InvariantCulture)}].name");
        if (live.Text("spec", "clusterIP") is { } before && spec.Text("clusterIP") is { } after && before != after)
            yield return Invalid("spec.clusterIPs[0]", spec.At("clusterIPs"), "may not change once set");
    }

    private static string Address(JsonObject created)
    {
        // FNV-1a over namespace and name: stable, and spread over 10.0.0.0/16 without the first addresses.
        var hash = 2166136261u;
        foreach (var character in created.Text("metadata", "namespace") + "/" + created.Text("metadata", "name"))
            hash = (hash ^ character) * 16777619u;
        return string.Create(CultureInfo.InvariantCulture, $"10.0.{1 + (hash >> 8) % 254}.{1 + hash % 254}");
    }
}
