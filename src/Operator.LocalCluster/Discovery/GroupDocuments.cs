using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Discovery;

/// <summary>The documents of discovery before it was aggregated: groups, versions, and the resources of one version.</summary>
internal sealed class GroupDocuments(IReadOnlyCollection<ResourceDefinition> definitions, IReadOnlyCollection<ICreateOnlyHandler> handlers)
{
    private readonly IReadOnlyList<DiscoveredResource> _resources = DiscoveredResource.All(definitions, handlers);

    /// <summary>The answer of <c>/api</c>.</summary>
    public static JsonObject CoreVersions(string address) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
    };

    /// <summary>The answer of <c>/apis</c>.</summary>
    public JsonObject GroupList() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. _resources.Where(r => r.Group.Length > 0).Select(r => r.Group).Distinct().Select(g => (JsonNode)GroupOf(g))]),
    };

    /// <summary>The answer of <c>/apis/group</c>; null for an unknown group.</summary>
    public JsonObject? Group(string group)
    {
        if (group.Length == 0 || !_resources.Any(r => r.Group == group)) return null;
        var document = GroupOf(group);
        return new JsonObject
        {
            ["kind"] = "APIGroup", ["apiVersion"] = "v1", ["name"] = group, ["versions"] = document["versions"]!.DeepClone(),
            ["preferredVersion"] = document["preferredVersion"]!.DeepClone(),
        };
    }

    /// <summary>The answer of <c>/apis/group/version</c>; null for an unknown version.</summary>
    public JsonObject? Resources(string group, string version)
    {
        var here = _resources.Where(r => r.Group == group && r.Version == version).ToList();
        if (here.Count == 0) return null;
        var list = new JsonArray();
        foreach (var resource in here)
        {
            list.Add((JsonNode)Entry(resource));
            foreach (var sub in resource.Subresources) list.Add((JsonNode)SubEntry(resource, sub));
        }
        var document = new JsonObject { ["kind"] = "APIResourceList" };
        if (group.Length > 0) document["apiVersion"] = "v1";
        document["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}";
        document["resources"] = list;
        return document;
    }

    /// <summary>The answer of <c>/</c>: the paths of the server.</summary>
    public JsonObject Root()
    {
        var groups = _resources.Where(r => r.Group.Length > 0).ToList();
        IEnumerable<string> paths =
        [
            "/api", "/api/v1", "/apis",
            .. groups.Select(r => $"/apis/{r.Group}"), .. groups.Select(r => $"/apis/{r.Group}/{r.Version}"),
            "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version",
        ];
        return new JsonObject
        {
            ["paths"] = new JsonArray([.. paths.Distinct().Order(StringComparer.Ordinal).Select(p => (JsonNode)JsonValue.Create(p))]),
        };
    }

    private JsonObject GroupOf(string group)
    {
        var versions = _resources.Where(r => r.Group == group).Select(r => r.Version).Distinct().Order(VersionPriority.Instance)
            .Select(v => (JsonNode)new JsonObject { ["groupVersion"] = $"{group}/{v}", ["version"] = v }).ToList();
        return new JsonObject
        {
            ["name"] = group, ["versions"] = new JsonArray([.. versions]), ["preferredVersion"] = versions[0].DeepClone(),
        };
    }

    private static JsonObject Entry(DiscoveredResource resource)
    {
        var entry = new JsonObject
        {
            ["name"] = resource.Plural, ["singularName"] = resource.Singular, ["namespaced"] = resource.Namespaced, ["kind"] = resource.Kind,
            ["verbs"] = Texts(resource.Verbs),
        };
        if (resource.ShortNames.Count > 0) entry["shortNames"] = Texts(resource.ShortNames);
        if (resource.Categories.Count > 0) entry["categories"] = Texts(resource.Categories);
        if (resource.Verbs.Contains("list"))
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{resource.Group}/{resource.Version}/{resource.Kind}"));
            entry["storageVersionHash"] = Convert.ToBase64String(hash, 0, 8);
        }
        return entry;
    }

    private static JsonObject SubEntry(DiscoveredResource resource, SubresourceDefinition sub)
    {
        var entry = new JsonObject { ["name"] = $"{resource.Plural}/{sub.Name}", ["singularName"] = "", ["namespaced"] = resource.Namespaced };
        if (sub.Group.Length > 0) entry["group"] = sub.Group;
        if (sub.Version.Length > 0) entry["version"] = sub.Version;
        entry["kind"] = sub.Kind;
        entry["verbs"] = Texts(sub.Verbs);
        return entry;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)JsonValue.Create(t))]);
}
