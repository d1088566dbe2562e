namespace Operator.LocalCluster.Api;

/// <summary>What a path names: a resource of a group and version, perhaps one object, perhaps its subresource.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version within the group.</param>
/// <param name="Namespace">The namespace; empty where the path has none.</param>
/// <param name="Resource">The resource's plural name.</param>
/// <param name="Name">The object's name; empty for a collection.</param>
/// <param name="Subresource">The subresource; empty for the object itself.</param>
internal sealed record RequestPath(
    string Group, string Version, string Namespace, string Resource, string Name, string Subresource)
{
    private static readonly string[] NamespaceSubresources = ["status", "finalize"];

    /// <summary>Reads a path below <c>/api/v1/</c> or <c>/apis/group/version/</c>; null where it names no resource.</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Split('/');
        if (parts.Length < 4 || parts[0].Length > 0) return null;
        if (parts[^1].Length == 0) parts = parts[..^1];
        if (Array.IndexOf(parts, "", 1) >= 0) return null;
        return parts[1] switch
        {
            "api" when parts.Length >= 4 => Parse("", parts[2], parts.AsSpan(3)),
            "apis" when parts.Length >= 5 => Parse(parts[2], parts[3], parts.AsSpan(4)),
            _ => null,
        };
    }

    private static RequestPath? Parse(string group, string version, ReadOnlySpan<string> rest)
    {
        var ns = "";
        if (rest[0] == "namespaces" && rest.Length >= 3 && !(rest.Length == 3 && NamespaceSubresources.Contains(rest[2])))
        {
            ns = rest[1];
            rest = rest[2..];
        }
        return rest.Length switch
        {
            1 => new(group, version, ns, rest[0], "", ""),
            2 => new(group, version, ns, rest[0], rest[1], ""),
            3 => new(group, version, ns, rest[0], rest[1], rest[2]),
            _ => null,
        };
    }
}
