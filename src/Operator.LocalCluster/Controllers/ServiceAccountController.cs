using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Controllers;

/// <summary>Gives every namespace its <c>default</c> service account and the ConfigMap with the cluster's authority.</summary>
/// <param name="client">Reads and writes.</param>
/// <param name="caCertificate">The authority's certificate in PEM.</param>
/// <param name="time">The clock of retries.</param>
/// <param name="logger">Where failures are told.</param>
internal sealed class ServiceAccountController(
    IInternalClient client, string caCertificate, TimeProvider time, ILogger<ServiceAccountController> logger) : IController
{
    /// <summary>The ConfigMap with the authority that pods trust.</summary>
    public const string RootCaConfigMap = "kube-root-ca.crt";

    /// <inheritdoc/>
    public string Name => "serviceaccount";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var loop = new ReconcileLoop<string>(Name, EnsureAsync, time, logger);
        var namespaces = new ObjectCache(client, WellKnown.Namespaces);
        namespaces.Changed += (_, value) =>
        {
            if (value is not null)
                loop.Add(value.Text("metadata", "name") ?? "");
        };
        await Task.WhenAll(namespaces.RunAsync(cancellationToken), loop.RunAsync(1, cancellationToken));
    }

    private async Task<TimeSpan?> EnsureAsync(string name, CancellationToken cancellationToken)
    {
        var ns = await client.GetAsync(WellKnown.Namespaces, null, name, cancellationToken);
        if (ns is null || ns.Text("metadata", "deletionTimestamp") is not null)
            return null;
        await CreateAsync(WellKnown.ServiceAccounts, Object("ServiceAccount", name, "default"), cancellationToken);
        var authority = Object("ConfigMap", name, RootCaConfigMap);
        authority["data"] = new JsonObject { ["ca.crt"] = caCertificate };
        await CreateAsync(WellKnown.ConfigMaps, authority, cancellationToken);
        return null;
    }

    private async Task CreateAsync(GroupResource resource, JsonObject value, CancellationToken cancellationToken)
    {
        var (ns, name) = (value.Text("metadata", "namespace"), value.Text("metadata", "name")!);
        if (await client.GetAsync(resource, ns, name, cancellationToken) is null)
            await client.CreateAsync(resource, value, cancellationToken);
    }

    private static JsonObject Object(string kind, string ns, string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name },
    };
}
