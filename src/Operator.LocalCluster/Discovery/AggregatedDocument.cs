using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Discovery;

/// <summary>Aggregated discovery: all groups with their resources in one document.</summary>
/// <param name="Json">The document.</param>
/// <param name="ETag">Its strong ETag with quotes.</param>
internal sealed record AggregatedDocument(ReadOnlyMemory<byte> Json, string ETag)
{
    /// <summary>Builds the document of the core group or of all others.</summary>
    public static AggregatedDocument Build(
        IEnumerable<ResourceDefinition> definitions, IEnumerable<ICreateOnlyHandler> handlers, bool core, string version)
    {
        var items = new JsonArray();
        foreach (var group in DiscoveredResource.All(definitions, handlers).Where(r => r.Group.Length == 0 == core).GroupBy(r => r.Group))
        {
            var versions = group.GroupBy(r => r.Version).OrderBy(v => v.Key, VersionPriority.Instance).Select(v => (JsonNode)new JsonObject
            {
                ["version"] = v.Key,
                ["resources"] = new JsonArray([.. v.OrderBy(r => r.Plural, StringComparer.Ordinal).Select(r => (JsonNode)Resource(r))]),
                ["freshness"] = "Current",
            });
            var metadata = new JsonObject();
            if (group.Key.Length > 0) metadata["name"] = group.Key;
            items.Add((JsonNode)new JsonObject { ["metadata"] = metadata, ["versions"] = new JsonArray([.. versions]) });
        }
        var json = ObjectWriter.Write(new JsonObject
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/" + version,
            ["metadata"] = new JsonObject(),
            ["items"] = items,
        }, sorted: false);
        return new AggregatedDocument(json, $"\"{Convert.ToHexString(SHA512.HashData(json))}\"");
    }

    private static JsonObject Resource(DiscoveredResource resource)
    {
        var entry = new JsonObject
        {
            ["resource"] = resource.Plural,
            ["responseKind"] = Kind(resource.IsCustom ? resource.Group : "", resource.IsCustom ? resource.Version : "", resource.Kind),
            ["scope"] = resource.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = resource.Singular,
            ["verbs"] = Texts(resource.Verbs),
        };
        if (resource.ShortNames.Count > 0) entry["shortNames"] = Texts(resource.ShortNames);
        if (resource.Categories.Count > 0) entry["categories"] = Texts(resource.Categories);
        if (resource.Subresources.Count > 0)
        {
            entry["subresources"] = new JsonArray([.. resource.Subresources.Select(s => (JsonNode)new JsonObject
            {
                ["subresource"] = s.Name,
                ["responseKind"] = Kind(
                    s.Group.Length > 0 ? s.Group : resource.IsCustom ? resource.Group : "",
                    s.Version.Length > 0 ? s.Version : resource.IsCustom ? resource.Version : "", s.Kind),
                ["verbs"] = Texts(s.Verbs),
            })]);
        }
        return entry;
    }

    private static JsonObject Kind(string group, string version, string kind) =>
        new() { ["group"] = group, ["version"] = version, ["kind"] = kind };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)JsonValue.Create(t))]);
}
