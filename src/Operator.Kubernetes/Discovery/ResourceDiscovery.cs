using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Operator.Kubernetes.Discovery;

/// <summary>
/// Finds the resource behind an apiVersion and kind by asking the server. What was found is remembered; what was not is asked again,
/// because a kind may be installed at any moment.
/// </summary>
/// <param name="client">The client that asks.</param>
public sealed class ResourceDiscovery(KubernetesClient client)
{
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), EntityMetadata> _known = [];

    /// <summary>The resource of a kind.</summary>
    /// <returns>The resource, or null when the server does not serve the kind.</returns>
    /// <exception cref="ArgumentException">The apiVersion is not of the form <c>version</c> or <c>group/version</c>.</exception>
    public async Task<EntityMetadata?> FindAsync(string apiVersion, string kind, CancellationToken cancellationToken = default)
    {
        if (_known.TryGetValue((apiVersion, kind), out var known)) return known;
        var (group, version) = Split(apiVersion);
        JsonObject list;
        try
        {
            list = await client.GetJsonAsync(
                group.Length == 0
                    ? "api/" + Uri.EscapeDataString(version)
                    : "apis/" + Uri.EscapeDataString(group) + "/" + Uri.EscapeDataString(version),
                cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException error) when (error.IsNotFound)
        {
            return null;
        }
        foreach (var resource in list["resources"] as JsonArray ?? [])
        {
            var name = resource?["name"]?.GetValue<string>() ?? "";
            // A name with a slash is a subresource.
            if (name.Length == 0 || name.Contains('/', StringComparison.Ordinal)) continue;
            var scope = resource!["namespaced"]?.GetValue<bool>() == true ? EntityScope.Namespaced : EntityScope.Cluster;
            var found = resource["kind"]?.GetValue<string>() ?? "";
            _known[(apiVersion, found)] = new EntityMetadata(group, version, found, name, scope);
        }
        return _known.GetValueOrDefault((apiVersion, kind));
    }

    private static (string Group, string Version) Split(string apiVersion) => apiVersion.Split('/') switch
    {
        [{ Length: > 0 } version] => ("", version),
        [{ Length: > 0 } group, { Length: > 0 } version] => (group, version),
        _ => throw new ArgumentException($"'{apiVersion}' is not an apiVersion such as v1 or apps/v1.", nameof(apiVersion)),
    };
}
