using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Hosting;

/// <summary>Health and metrics, on a port of their own.</summary>
internal sealed class HealthDispatcher(LimiterState state) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(HttpContext context)
    {
        var (status, text) = (context.Request.Path.Value ?? "") switch
        {
            "/healthz" => (200, "ok"),
            "/readyz" when state.Draining => (503, "draining"),
            "/readyz" when state.Configuration.Current.Deployments.Count == 0 => (503, "no configuration yet"),
            "/readyz" => (200, "ok"),
            "/metrics" => (200, MetricsText.Write(state)),
            _ => (404, "not found"),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
