using System.Globalization;

namespace Operator.Runtime.Metrics;

/// <summary>
/// Counts the requests to the API server as <c>rest_client_requests_total</c>, by status code (<c>&lt;error&gt;</c> when no answer
/// came), method and host.
/// </summary>
/// <param name="metrics">Where they are counted.</param>
/// <param name="inner">Sends the requests.</param>
public sealed class RestClientMetricsHandler(RuntimeMetrics metrics, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var host = request.RequestUri?.Authority ?? "";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            metrics.Request(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), request.Method.Method, host);
            return response;
        }
        catch
        {
            metrics.Request("<error>", request.Method.Method, host);
            throw;
        }
    }
}
