using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Admission;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Node;

namespace Operator.LocalCluster;

/// <summary>The parts beside the API itself, put together: who may come in, admission, and the controllers.</summary>
internal sealed partial class ClusterParts : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly LocalClusterOptions _options;
    private readonly ApiServices _services;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly InternalClient _client;
    private readonly TokenIssuer _issuer;
    private readonly Authenticator _authenticator;
    private readonly WebhookCaller _caller;
    private readonly List<Task> _running = [];
    private NodeController? _node;

    /// <summary>Puts the parts together; nothing runs yet.</summary>
    public ClusterParts(ApiServices services, LocalClusterOptions options, ILoggerFactory loggers)
    {
        (_services, _options, _loggers) = (services, options, loggers);
        _logger = loggers.CreateLogger<ClusterParts>();
        _client = new InternalClient(services, "kube-apiserver");
        _issuer = new TokenIssuer(options.TimeProvider);
        _authenticator = new Authenticator(_client, _issuer, options.TimeProvider);
        AdminToken = RandomNumberGenerator.GetHexString(40, lowercase: true);
        _authenticator.AddToken(AdminToken, Authorization.Authenticator.Admin);
        var authorizer = new RbacAuthorizer(_client, options.TimeProvider);
        Authorizer = authorizer;
        CreateOnlyHandlers = new Reviews(_client, _authenticator, _issuer, authorizer, options.TimeProvider).All;
        WebhookTargets = new WebhookTargets(_client);
        _caller = new WebhookCaller(WebhookTargets, services.Faults, options.TimeProvider);
        PodLogs = new PodLogs(_client, () => _node, options.TimeProvider);
        services.Admission = new AdmissionChain(_client, services.Registry, _caller, loggers.CreateLogger<AdmissionChain>());
    }

    /// <summary>The administrator's token.</summary>
    public string AdminToken { get; }

    /// <summary>Tells who asks.</summary>
    public IAuthenticator Authenticator => _authenticator;

    /// <summary>Tells who may do what.</summary>
    public IAuthorizer Authorizer { get; }

    /// <summary>The kinds that are answered and never stored.</summary>
    public IReadOnlyCollection<ICreateOnlyHandler> CreateOnlyHandlers { get; }

    /// <summary>Where webhooks that name a service are called.</summary>
    public WebhookTargets WebhookTargets { get; }

    /// <summary>Answers what containers have written.</summary>
    public PodLogs PodLogs { get; }

    /// <summary>Issues the tokens of service accounts.</summary>
    public TokenIssuer TokenIssuer => _issuer;

    /// <summary>Makes the objects that every cluster starts with.</summary>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        foreach (var (resource, value) in InitialObjects.All())
            await _client.CreateAsync(resource, value, cancellationToken);
    }

    /// <summary>Starts the controllers.</summary>
    /// <param name="address">Where the API listens.</param>
    /// <param name="caCertificate">The cluster's authority in PEM.</param>
    public void Start(Uri address, string caCertificate)
    {
        ArgumentNullException.ThrowIfNull(address);
        foreach (var controller in Controllers(address, caCertificate))
            _running.Add(Task.Run(() => RunAsync(controller)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
        _caller.Dispose();
        _issuer.Dispose();
    }

    private IEnumerable<IController> Controllers(Uri address, string caCertificate)
    {
        var time = _options.TimeProvider;
        var wanted = _options.Controllers;
        var manager = new InternalClient(_services, "kube-controller-manager");
        yield return new CustomResourceController(_client, _services.Registry, time, _loggers.CreateLogger<CustomResourceController>());
        if (wanted.HasFlag(ClusterControllers.GarbageCollector))
            yield return new GarbageCollector(manager, _services.Registry, time, _loggers.CreateLogger<GarbageCollector>());
        if (wanted.HasFlag(ClusterControllers.Namespaces))
            yield return new NamespaceController(manager, _services.Registry, time, _loggers.CreateLogger<NamespaceController>());
        if (wanted.HasFlag(ClusterControllers.ServiceAccounts))
            yield return new ServiceAccountController(manager, caCertificate, time, _loggers.CreateLogger<ServiceAccountController>());
        if (wanted.HasFlag(ClusterControllers.Jobs))
            yield return new JobController(manager, _options.JobBackoff, time, _loggers.CreateLogger<JobController>());
        if (wanted.HasFlag(ClusterControllers.Deployments))
        {
            yield return new DeploymentController(manager, time, _loggers.CreateLogger<DeploymentController>());
            yield return new ReplicaSetController(manager, time, _loggers.CreateLogger<ReplicaSetController>());
        }
        if (_options.Node is { } node)
            yield return _node = new NodeController(NodeServices(node, address, caCertificate));
    }

    private NodeServices NodeServices(NodeOptions node, Uri address, string caCertificate)
    {
        var client = new InternalClient(_services, "kubelet");
        var directory = node.Directory ?? Path.Combine(Path.GetTempPath(), "local-cluster-" + Guid.NewGuid().ToString("N"));
        return new NodeServices(
            client, new VolumeContent(client, _issuer), node, directory, caCertificate, address, _options.TimeProvider,
            _loggers.CreateLogger<NodeController>());
    }

    // A controller that fails is told and started again; it stops no other.
    private async Task RunAsync(IController controller)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await controller.RunAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                Log.ControllerFailed(_logger, error, controller.Name);
                await Task.Delay(TimeSpan.FromSeconds(1), _options.TimeProvider, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The controller {Controller} failed and is started again")]
        public static partial void ControllerFailed(ILogger logger, Exception error, string controller);
    }
}
