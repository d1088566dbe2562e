using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Operator.Runtime.Metrics;

namespace Operator.Runtime.Health;

/// <summary>Serves <c>/metrics</c> in the Prometheus text format.</summary>
internal sealed class MetricsServer(PrometheusExporter exporter, MetricsOptions options, ILoggerFactory loggers)
    : PlainServer("metrics", options.Port, options.BindAddress, loggers)
{
    protected override async Task ServeAsync(HttpContext http)
    {
        if (http.Request.Path != "/metrics" || !HttpMethods.IsGet(http.Request.Method))
        {
            http.Response.StatusCode = 404;
            return;
        }

        http.Response.ContentType = PrometheusExporter.ContentType;
        await http.Response.WriteAsync(exporter.Write(), http.RequestAborted);
    }
}
