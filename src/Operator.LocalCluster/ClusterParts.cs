using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.CustomResources;

namespace Operator.LocalCluster;

/// <summary>The parts beside the API itself, put together: who may come in, admission, and the controllers.</summary>
internal sealed class ClusterParts : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyList<IController> _controllers;
    private readonly InternalClient _client;
    private readonly List<Task> _running = [];

    /// <summary>Puts the parts together; nothing runs yet.</summary>
    public ClusterParts(ApiServices services, LocalClusterOptions options, ILoggerFactory loggers)
    {
        _client = new InternalClient(services, "kube-apiserver");
        AdminToken = RandomNumberGenerator.GetHexString(40, lowercase: true);
        Authenticator = new AdminAuthenticator(AdminToken);
        Authorizer = new NobodyElse();
        _controllers =
        [
            new CustomResourceController(_client, services.Registry, options.TimeProvider, loggers.CreateLogger<CustomResourceController>()),
        ];
    }

    /// <summary>The administrator's token.</summary>
    public string AdminToken { get; }

    /// <summary>Tells who asks.</summary>
    public IAuthenticator Authenticator { get; }

    /// <summary>Tells who may do what.</summary>
    public IAuthorizer Authorizer { get; }

    /// <summary>The kinds that are answered and never stored.</summary>
    public IReadOnlyCollection<ICreateOnlyHandler> CreateOnlyHandlers { get; } = [];

    /// <summary>Makes the objects that every cluster starts with.</summary>
    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        foreach (var name in (string[])["default", "kube-system", "kube-public", "kube-node-lease"])
        {
            await _client.CreateAsync(
                new GroupResource("", "namespaces"), new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, cancellationToken);
        }
    }

    /// <summary>Starts the controllers.</summary>
    /// <param name="address">Where the API listens.</param>
    public void Start(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        foreach (var controller in _controllers) _running.Add(Task.Run(() => controller.RunAsync(_stop.Token)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await Task.WhenAll(_running);
        }
        catch (OperationCanceledException)
        {
            // The controllers were told to stop.
        }
        _stop.Dispose();
    }

    private sealed class AdminAuthenticator(string token) : IAuthenticator
    {
        private static readonly UserInfo Admin = new(
            "admin", "admin-uid", [UserInfo.SystemMasters, UserInfo.Authenticated], new Dictionary<string, IReadOnlyList<string>>());

        public ValueTask<UserInfo> AuthenticateAsync(
            string? bearerToken, X509Certificate2? clientCertificate, CancellationToken cancellationToken) =>
            bearerToken is null ? new(UserInfo.Anonymous)
            : bearerToken == token ? new(Admin)
            : throw new ApiException(401, "Unauthorized", "Unauthorized");
    }

    private sealed class NobodyElse : IAuthorizer
    {
        public ValueTask<AuthorizationDecision> AuthorizeAsync(AuthorizationAttributes attributes, CancellationToken cancellationToken) =>
            new(new AuthorizationDecision(false, ""));
    }
}
