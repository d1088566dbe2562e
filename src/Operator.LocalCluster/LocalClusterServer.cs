using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Discovery;
using Operator.LocalCluster.Faults;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;
using Operator.LocalCluster.Watching;

namespace Operator.LocalCluster;

/// <summary>
/// A Kubernetes API server inside this process, for the one-command run and for tests: it listens on a free loopback port
/// over TLS, keeps everything in memory and is gone when it is disposed. Several may run side by side.
/// </summary>
public sealed partial class LocalClusterServer : IAsyncDisposable
{
    private readonly ClusterListener _listener;
    private readonly ClusterCertificates _certificates;
    private readonly ClusterParts _parts;
    private int _disposed;

    private LocalClusterServer(ClusterListener listener, ClusterCertificates certificates, ClusterParts parts, ClusterFaults faults)
    {
        _listener = listener;
        _certificates = certificates;
        _parts = parts;
        Faults = faults;
        Kubeconfig = KubeconfigText.Write(Address, CertificateAuthority, "admin", AdminToken);
    }

    /// <summary>Where the API listens, such as <c>https://127.0.0.1:40443</c>.</summary>
    public Uri Address => _listener.Address;

    /// <summary>The certificate of the authority that signed the server's certificate, as PEM.</summary>
    public string CertificateAuthority => _certificates.AuthorityPem;

    /// <summary>A bearer token that may do everything.</summary>
    public string AdminToken => _parts.AdminToken;

    /// <summary>A kubeconfig, as YAML, that acts as the administrator in the namespace <c>default</c>.</summary>
    public string Kubeconfig { get; }

    /// <summary>The bad days that a test may ask for, and the log of requests.</summary>
    public ClusterFaults Faults { get; }

    /// <summary>Starts a cluster; it is ready when the task completes.</summary>
    /// <param name="options">How to start; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<LocalClusterServer> StartAsync(LocalClusterOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LocalClusterOptions();
        var loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        var store = new ObjectStore(options.EventHistory);
        var watches = new ActiveWatches();
        var services = new ApiServices
        {
            Store = store,
            Registry = new ResourceRegistry(),
            Time = options.TimeProvider,
            Faults = new ClusterFaults(store, watches),
        };
        foreach (var group in BuiltInCatalog.All.GroupBy(d => (d.Group, d.Plural)))
            services.Registry.Replace(group.Key.Group, group.Key.Plural, [.. group]);
        // What happened before a resource was served is no history of it.
        services.Registry.Served += store.Begin;

        var certificates = ClusterCertificates.Create();
        var parts = new ClusterParts(services, options, loggers);
        try
        {
            await parts.InitializeAsync(cancellationToken);
            var endpoint = new ClusterEndpoint(
                services,
                new ResourceEndpoint(services, watches, options.BookmarkInterval),
                new CreateOnlyEndpoint(services, parts.CreateOnlyHandlers),
                new DiscoveryEndpoint(services.Registry, parts.CreateOnlyHandlers, parts.TokenIssuer),
                parts.Authenticator, parts.Authorizer, certificates.Issued, parts.PodLogs, loggers.CreateLogger<LocalClusterServer>());
            var listener = await ClusterListener.StartAsync(options, certificates, services.Faults, endpoint.HandleAsync, cancellationToken);
            services.Faults.Refused += listener.AbortConnections;
            parts.Start(listener.Address, certificates.AuthorityPem);
            return new LocalClusterServer(listener, certificates, parts, services.Faults);
        }
        catch
        {
            await parts.DisposeAsync();
            certificates.Dispose();
            throw;
        }
    }

    /// <summary>Writes <see cref="Kubeconfig"/> to a file that only its owner may read.</summary>
    public async Task WriteKubeconfigAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(Kubeconfig.AsMemory(), cancellationToken);
    }

    /// <summary>A client certificate and its key, as PEM, for a user with these groups.</summary>
    public (string Certificate, string Key) IssueClientCertificate(string user, params string[] groups)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return _certificates.IssueClient(user, groups);
    }

    /// <summary>Leads admission webhooks that name a Service to an address of this machine; null forgets it.</summary>
    /// <remarks>Without a mapping, a Service leads to the pods that it selects.</remarks>
    public void MapWebhookService(string @namespace, string name, IPEndPoint? target)
    {
        ArgumentException.ThrowIfNullOrEmpty(@namespace);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _parts.WebhookTargets.Map(@namespace, name, target);
    }

    /// <summary>Stops the cluster; all objects are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _parts.DisposeAsync();
        await _listener.DisposeAsync();
        _certificates.Dispose();
    }
}
