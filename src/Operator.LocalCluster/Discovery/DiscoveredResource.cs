using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Discovery;

/// <summary>One resource as discovery tells it, stored or not.</summary>
internal sealed record DiscoveredResource(
    string Group, string Version, string Kind, string Plural, string Singular, bool Namespaced, bool IsCustom, IReadOnlyList<string> Verbs,
    IReadOnlyList<string> ShortNames, IReadOnlyList<string> Categories, IReadOnlyList<SubresourceDefinition> Subresources)
{
    private static readonly string[] SubresourceVerbs = ["get", "patch", "update"];

    /// <summary>All resources in the order in which they were registered.</summary>
    public static IReadOnlyList<DiscoveredResource> All(
        IEnumerable<ResourceDefinition> definitions, IEnumerable<ICreateOnlyHandler> handlers)
    {
        var stored = definitions.Select(Of).ToList();
        var known = stored.Select(r => (r.Group, r.Version, r.Plural)).ToHashSet();
        foreach (var handler in handlers)
        {
            if (handler.Plural.Contains('/') || !known.Add((handler.Group, handler.Version, handler.Plural))) continue;
            stored.Add(new(
                handler.Group, handler.Version, handler.Kind, handler.Plural, handler.Kind.ToLowerInvariant(), handler.Namespaced, false,
                ["create"], [], [], []));
        }
        return stored;
    }

    private static DiscoveredResource Of(ResourceDefinition definition)
    {
        var subresources = new List<SubresourceDefinition>(definition.Subresources);
        if (definition.HasStatus && !subresources.Exists(s => s.Name == "status"))
            subresources.Add(new("status", "", "", definition.Kind, SubresourceVerbs));
        if (definition.Scale is not null && !subresources.Exists(s => s.Name == "scale"))
            subresources.Add(new("scale", "autoscaling", "v1", "Scale", SubresourceVerbs));
        return new(
            definition.Group, definition.Version, definition.Kind, definition.Plural, definition.Singular, definition.Namespaced,
            definition.IsCustom, definition.Verbs, definition.ShortNames, definition.Categories, subresources);
    }
}
