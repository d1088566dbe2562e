using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Operator.MockClaude.Http;

/// <summary>The listener on the loopback interface.</summary>
internal sealed class MockListener : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentDictionary<string, ConnectionContext> _connections;

    private MockListener(WebApplication application, ConcurrentDictionary<string, ConnectionContext> connections, Uri address)
    {
        _application = application;
        _connections = connections;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<MockListener> StartAsync(MockClaudeOptions options, RequestDelegate handle, CancellationToken cancellationToken)
    {
        var connections = new ConcurrentDictionary<string, ConnectionContext>();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The endpoints have limits of their own and answer in the API's shape.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = 10_000;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen =>
            {
                listen.Use(next => connection => TrackAsync(connection, next, connections));
                if (options.Certificate is null)
                {
                    listen.Protocols = HttpProtocols.Http1;
                    return;
                }
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(options.Certificate);
            });
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var application = builder.Build();
        application.Run(handle);
        await application.StartAsync(cancellationToken);
        var bound = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var scheme = options.Certificate is null ? "http" : "https";
        return new MockListener(application, connections, new Uri($"{scheme}://127.0.0.1:{new Uri(bound).Port}"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Open streams would hold a graceful stop for their whole life.
        foreach (var connection in _connections.Values) connection.Abort();
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
        ConnectionContext connection, ConnectionDelegate next, ConcurrentDictionary<string, ConnectionContext> connections)
    {
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
