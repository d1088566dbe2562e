using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>The cells after Name that <c>kubectl get</c> shows of the built-in kinds.</summary>
internal static class Rows
{
    private const string None = "<none>";

    /// <summary>Only the age.</summary>
    public static IReadOnlyList<JsonNode?> AgeOnly(JsonObject value, DateTimeOffset now) => [Age(value, now)];

    /// <summary>The time of creation.</summary>
    public static IReadOnlyList<JsonNode?> CreatedAt(JsonObject value, DateTimeOffset now) => [value.Text("metadata", "creationTimestamp")];

    /// <summary>Status, Age.</summary>
    public static IReadOnlyList<JsonNode?> Namespace(JsonObject value, DateTimeOffset now) =>
        [value.Text("status", "phase") ?? "", Age(value, now)];

    /// <summary>Data, Age.</summary>
    public static IReadOnlyList<JsonNode?> ConfigMap(JsonObject value, DateTimeOffset now) =>
        [(value.Child("data")?.Count ?? 0) + (value.Child("binaryData")?.Count ?? 0), Age(value, now)];

    /// <summary>Type, Data, Age.</summary>
    public static IReadOnlyList<JsonNode?> Secret(JsonObject value, DateTimeOffset now) =>
        [value.Text("type") ?? "", value.Child("data")?.Count ?? 0, Age(value, now)];

    /// <summary>Secrets, Age.</summary>
    public static IReadOnlyList<JsonNode?> ServiceAccount(JsonObject value, DateTimeOffset now) =>
        [value.Children("secrets").Count(), Age(value, now)];

    /// <summary>Type, Cluster-IP, External-IP, Port(s), Age, Selector.</summary>
    public static IReadOnlyList<JsonNode?> Service(JsonObject value, DateTimeOffset now)
    {
        var spec = value.Child("spec");
        var type = spec.Text("type") ?? "ClusterIP";
        var external = type switch
        {
            "ExternalName" => spec.Text("externalName") ?? None,
            "LoadBalancer" => spec.Texts("externalIPs").Any() ? string.Join(',', spec.Texts("externalIPs")) : "<pending>",
            _ => spec.Texts("externalIPs").Any() ? string.Join(',', spec.Texts("externalIPs")) : None,
        };
        var ports = spec.Children("ports").Select(port =>
            Text(port.Number("port")) + (port.Number("nodePort") is { } node and > 0 ? ":" + Text(node) : "") + "/" + port.Text("protocol"));
        var list = string.Join(',', ports);
        return
        [
            type, type == "ExternalName" ? None : spec.Text("clusterIP") ?? None, external, list.Length == 0 ? None : list, Age(value, now),
            Labels(spec.Child("selector")),
        ];
    }

    /// <summary>Status, Roles, Age, Version, Internal-IP, External-IP, OS-Image, Kernel-Version, Container-Runtime.</summary>
    public static IReadOnlyList<JsonNode?> Node(JsonObject value, DateTimeOffset now)
    {
        var ready = value.Children("status", "conditions").FirstOrDefault(c => c.Text("type") == "Ready")?.Text("status");
        var info = value.Child("status", "nodeInfo");
        var address = value.Children("status", "addresses").FirstOrDefault(a => a.Text("type") == "InternalIP").Text("address");
        return
        [
            ready switch { "True" => "Ready", null => "Unknown", _ => "NotReady" }, None, Age(value, now), info.Text("kubeletVersion") ?? "",
            address ?? None, None, info.Text("osImage") ?? "<unknown>", info.Text("kernelVersion") ?? "<unknown>",
            info.Text("containerRuntimeVersion") ?? "<unknown>",
        ];
    }

    /// <summary>Holder, Age.</summary>
    public static IReadOnlyList<JsonNode?> Lease(JsonObject value, DateTimeOffset now) =>
        [value.Text("spec", "holderIdentity") ?? "", Age(value, now)];

    /// <summary>Role, Age, Users, Groups, ServiceAccounts.</summary>
    public static IReadOnlyList<JsonNode?> Binding(JsonObject value, DateTimeOffset now)
    {
        string Subjects(string kind) => string.Join(", ", value.Children("subjects").Where(s => s.Text("kind") == kind).Select(s =>
            kind == "ServiceAccount" ? $"{s.Text("namespace")}/{s.Text("name")}" : s.Text("name")));
        return
        [
            $"{value.Text("roleRef", "kind")}/{value.Text("roleRef", "name")}", Age(value, now), Subjects("User"), Subjects("Group"),
            Subjects("ServiceAccount"),
        ];
    }

    /// <summary>Webhooks, Age.</summary>
    public static IReadOnlyList<JsonNode?> Webhooks(JsonObject value, DateTimeOffset now) =>
        [value.Children("webhooks").Count(), Age(value, now)];

    /// <summary>Min Available, Max Unavailable, Allowed Disruptions, Age.</summary>
    public static IReadOnlyList<JsonNode?> DisruptionBudget(JsonObject value, DateTimeOffset now) =>
    [
        value.At("spec", "minAvailable")?.ToString() ?? "N/A", value.At("spec", "maxUnavailable")?.ToString() ?? "N/A",
        value.Number("status", "disruptionsAllowed") ?? 0, Age(value, now),
    ];

    /// <summary>Pod-Selector, Age.</summary>
    public static IReadOnlyList<JsonNode?> NetworkPolicy(JsonObject value, DateTimeOffset now) =>
        [Labels(value.Child("spec", "podSelector", "matchLabels")), Age(value, now)];

    /// <summary>The time since creation.</summary>
    public static string Age(JsonObject value, DateTimeOffset now) => HumanDuration.Since(value.Time("metadata", "creationTimestamp"), now);

    /// <summary>Labels as <c>a=b,c=d</c>.</summary>
    public static string Labels(JsonObject? labels) => labels is null or { Count: 0 }
        ? None
        : string.Join(',', labels.TextMap().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    /// <summary>A LabelSelector as text.</summary>
    public static string Selector(JsonObject? selector)
    {
        var parts = selector.TextMap("matchLabels").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")
            .Concat(selector.Children("matchExpressions").Select(Requirement));
        var text = string.Join(',', parts);
        return text.Length == 0 ? None : text;
    }

    /// <summary>A number as text.</summary>
    public static string Text(long? number) => (number ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Requirement(JsonObject expression) => expression.Text("operator") switch
    {
        "Exists" => expression.Text("key") ?? "",
        "DoesNotExist" => "!" + expression.Text("key"),
        var op => $"{expression.Text("key")} {op?.ToLowerInvariant()} ({string.Join(',', expression.Texts("values"))})",
    };
}
