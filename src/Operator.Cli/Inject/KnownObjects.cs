using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Kubernetes;
using Operator.Quotas;
using Operator.Runtime.Caching;

namespace Operator.Cli.Inject;

/// <summary>The deployments and quotas that decide about limiters: those of the manifests, and those of the cluster that they do not name.</summary>
internal sealed class KnownObjects
{
    private readonly Dictionary<ObjectKey, ClaudeDeployment> _deployments = [];
    private readonly Dictionary<ObjectKey, ClaudeQuota?> _quotas = [];

    /// <summary>Takes those of the manifests.</summary>
    /// <exception cref="JsonException">One of them cannot be read.</exception>
    public KnownObjects(IEnumerable<JsonObject> manifests, string space)
    {
        foreach (var manifest in manifests.Where(m => PodTemplates.Text(m, "apiVersion") == ApiGroup.ApiVersion))
        {
            var key = new ObjectKey(NamespaceOf(manifest, space), PodTemplates.Text(manifest["metadata"] as JsonObject, "name"));
            switch (PodTemplates.Text(manifest, "kind"))
            {
                case nameof(ClaudeDeployment):
                    var deployment = manifest.Deserialize(ApiJsonContext.Default.ClaudeDeployment)!;
                    deployment.Metadata.NamespaceProperty = key.Namespace;
                    _deployments[key] = deployment;
                    break;
                case nameof(ClaudeQuota):
                    var quota = manifest.Deserialize(ApiJsonContext.Default.ClaudeQuota)!;
                    quota.Metadata.NamespaceProperty = key.Namespace;
                    _quotas[key] = quota;
                    break;
            }
        }
    }

    /// <summary>The namespace of an object.</summary>
    public static string NamespaceOf(JsonObject manifest, string otherwise) =>
        PodTemplates.Text(manifest["metadata"] as JsonObject, "namespace") is { Length: > 0 } named ? named : otherwise;

    /// <summary>The deployments of a namespace.</summary>
    public IReadOnlyList<ClaudeDeployment> Deployments(string space) => [.. _deployments.Where(d => d.Key.Namespace == space).Select(d => d.Value)];

    /// <summary>A quota; null when there is none.</summary>
    public ClaudeQuota? Quota(ObjectKey key) => _quotas.GetValueOrDefault(key);

    /// <summary>Asks the cluster for the deployments of a namespace, and for the quotas on the way to their keys.</summary>
    public async Task AskAsync(ClusterSession session, string space, CancellationToken cancellationToken)
    {
        foreach (var deployment in (await session.Client.ListAsync<ClaudeDeployment>(new ListOptions { Namespace = space }, cancellationToken)).Items)
            _deployments.TryAdd(new ObjectKey(space, deployment.Metadata.Name!), deployment);
        foreach (var deployment in Deployments(space))
        {
            var (from, reference) = (space, deployment.Spec?.QuotaRef);
            for (var depth = 0; depth < QuotaTree.MaxDepth && !string.IsNullOrEmpty(reference?.Name); depth++)
            {
                var key = new ObjectKey(string.IsNullOrEmpty(reference.NamespaceProperty) ? from : reference.NamespaceProperty, reference.Name);
                if (!_quotas.TryGetValue(key, out var quota))
                    _quotas[key] = quota = await session.Client.GetAsync<ClaudeQuota>(key.Name, key.Namespace, cancellationToken);
                if (quota is null || quota.Spec?.CredentialsRef is not null) break;
                (from, reference) = (key.Namespace!, quota.Spec?.ParentRef);
            }
        }
    }
}
