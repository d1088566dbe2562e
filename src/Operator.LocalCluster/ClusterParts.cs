using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Admission;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.CustomResources;

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
        _caller = new WebhookCaller(WebhookTargets, options.TimeProvider);
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
        foreach (var controller in Controllers(caCertificate))
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

    private IEnumerable<IController> Controllers(string caCertificate)
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
