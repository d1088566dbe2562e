using System.Collections.Concurrent;
using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Operator.LocalCluster.Faults;

namespace Operator.LocalCluster;

/// <summary>The HTTPS listener on the loopback interface: HTTP/1.1 and HTTP/2, with optional client certificates.</summary>
internal sealed class ClusterListener : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, ConnectionContext> _connections;

    private ClusterListener(WebApplication application, ConcurrentDictionary<string, ConnectionContext> connections, Uri address)
    {
        _application = application;
        _connections = connections;
        Address = address;
    }

    /// <summary>Where the server listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <param name="options">Port and log.</param>
    /// <param name="certificates">The server's certificate.</param>
    /// <param name="faults">Whether connections are refused.</param>
    /// <param name="handle">Answers requests.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ClusterListener> StartAsync(
        LocalClusterOptions options, ClusterCertificates certificates, ClusterFaults faults, RequestDelegate handle,
        CancellationToken cancellationToken)
    {
        var connections = new ConcurrentDictionary<string, ConnectionContext>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        if (options.LoggerFactory is not null) builder.Services.Replace(ServiceDescriptor.Singleton(options.LoggerFactory));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.AllowSynchronousIO = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.Use(next => connection => TrackAsync(connection, next, connections, faults));
                listen.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = certificates.Server,
                    ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                    SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    // A certificate of somebody else is no reason to break the connection: the request is answered with 401.
                    ClientCertificateValidation = (_, _, _) => true,
                });
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var application = builder.Build();
        application.Run(handle);
        await application.StartAsync(cancellationToken);
        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return new ClusterListener(application, connections, new Uri($"https://127.0.0.1:{new Uri(bound).Port}"));
    }

    /// <summary>Breaks all open connections.</summary>
    public void AbortConnections()
    {
        foreach (var connection in _connections.Values) connection.Abort();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Watches would hold a graceful stop for their whole life.
        AbortConnections();
        using var immediately = new CancellationTokenSource(TimeSpan.Zero);
        try
        {
            await _application.StopAsync(immediately.Token);
        }
        catch (OperationCanceledException)
        {
            // The stop was asked not to wait.
        }
        await _application.DisposeAsync();
    }

    private static async Task TrackAsync(
        ConnectionContext connection, ConnectionDelegate next, ConcurrentDictionary<string, ConnectionContext> connections, ClusterFaults faults)
    {
        if (faults.RefusesConnections)
        {
            connection.Abort();
            return;
        }
        connections[connection.ConnectionId] = connection;
        try
        {
            await next(connection);
        }
        finally
        {
            connections.TryRemove(connection.ConnectionId, out _);
        }
    }
}
