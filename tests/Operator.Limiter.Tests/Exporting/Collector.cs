using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Operator.Limiter.Tests.Exporting;

/// <summary>A collector that keeps what it is sent, by OTLP over HTTP or gRPC.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Collector(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public ConcurrentQueue<(string Path, string Authorization, byte[] Body)> Received { get; } = new();

    /// <summary>The spans that came.</summary>
    public IEnumerable<Protobuf> Spans => Messages("trace").SelectMany(m => m.All(1, 2, 2));

    /// <summary>The metrics that came.</summary>
    public IEnumerable<Protobuf> Metrics => Messages("metrics").SelectMany(m => m.All(1, 2, 2));

    /// <summary>Who sent spans.</summary>
    public Dictionary<string, string> Resource => Messages("trace").First().All(1, 1).Single().Attributes(1);

    public static async Task<Collector> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var collector = new Collector(app);
        app.Run(context => collector.TakeAsync(context, grpc));
        await app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context, bool grpc)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy);
        Received.Enqueue((context.Request.Path.Value!, context.Request.Headers.Authorization.ToString(), copy.ToArray()[(grpc ? 5 : 0)..]));
        context.Response.ContentType = grpc ? "application/grpc" : "application/x-protobuf";
        if (!grpc) return;
        // An empty message in its frame.
        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private IEnumerable<Protobuf> Messages(string signal) =>
        Received.Where(r => r.Path.Contains(signal, StringComparison.OrdinalIgnoreCase)).Select(r => new Protobuf(r.Body));
}
