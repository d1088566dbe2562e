using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Kubernetes;
using Operator.Limiters.Authentication;
using Operator.Limiters.Configurations;
using Operator.Limiters.Reports;
using Operator.Rollouts;
using Operator.Runtime.Caching;

namespace Operator.Limiters;

/// <summary>Answers limiters: who they are is checked first, then whether this replica leads, then what they ask.</summary>
internal sealed partial class ChannelEndpoint(
    ILimiterAuthenticator authenticator, LimiterPods pods, LimiterConfigurations configurations, LimiterStreams streams, ReportDesk desk,
    QuotaLoop loop, LeaderEpoch epoch, MeasurementStore measurements, ChannelMetrics metrics, SteadyClock clock, TimeProvider time, ILogger<ChannelEndpoint> logger) : IDisposable
{
    private static readonly byte[] Beat = ": still here\n\n"u8.ToArray();
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Ends the streams: their limiters find the next leader.</summary>
    public void Close() => _closing.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _closing.Dispose();

    /// <summary>Serves a request.</summary>
    public async Task ServeAsync(HttpContext context)
    {
        var (stream, report) = (context.Request.Path == ChannelProtocol.ConfigurationPath, context.Request.Path == ChannelProtocol.ReportPath);
        if (!stream && !report)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (stream ? !HttpMethods.IsGet(context.Request.Method) : !HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = stream ? "GET" : "POST";
            return;
        }
        if (!loop.IsOpen || epoch.Current is not { } current)
        {
            context.Response.Headers[ChannelProtocol.FollowerHeader] = "true";
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "This replica does not lead; another one answers.");
            return;
        }
        if (await IdentifyAsync(context) is not { } limiter) return;
        if (pods.Find(limiter) is not { } pod)
        {
            metrics.Refused("unknown-pod");
            // The cache may be a moment behind a pod that has just started.
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, $"The pod {limiter.Namespace}/{limiter.Pod} is not known, or has no limiter; try again.");
            return;
        }
        var deployments = LimiterPods.DeploymentsOf(pod);
        if (stream) await StreamAsync(context, limiter, deployments, current);
        else await ReportAsync(context, limiter, deployments);
    }

    private async Task<LimiterIdentity?> IdentifyAsync(HttpContext context)
    {
        const string Bearer = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) || header.Length == Bearer.Length)
        {
            metrics.Refused("no-token");
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "A bearer token is needed: the pod's service-account token for this operator.");
            return null;
        }
        try
        {
            if (await authenticator.AuthenticateAsync(header[Bearer.Length..].Trim(), context.RequestAborted) is { } limiter) return limiter;
            metrics.Refused("bad-token");
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "The token is not good for this operator, or is not of a pod.");
        }
        catch (Exception error) when (error is KubernetesException or TokenNotCheckedException or HttpRequestException or IOException or TimeoutException)
        {
            metrics.Refused("unchecked-token");
            Log.NotChecked(logger, error.Message);
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The token could not be checked; try again.");
        }
        return null;
    }

    private async Task ReportAsync(HttpContext context, LimiterIdentity limiter, List<ObjectKey> deployments)
    {
        Report? report;
        try
        {
            report = await JsonSerializer.DeserializeAsync(context.Request.BodyReader, ContractJsonContext.Default.Report, context.RequestAborted);
        }
        catch (JsonException error)
        {
            metrics.Refused("bad-report");
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"The report cannot be read at {error.Path ?? "$"}.");
            return;
        }
        if ((report is null ? "it is null" : ReportScreen.Refuse(report)) is { } why)
        {
            metrics.Refused("bad-report");
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"The report cannot be taken: {why}.");
            return;
        }
        var now = clock.Now;
        var kept = ReportScreen.Keep(report!, limiter, deployments, configurations);
        if (desk.Take(kept, limiter, now) is not { } answer)
        {
            metrics.Refused("foreign-instance");
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "The instance belongs to another pod.");
            return;
        }
        if (answer.Known) measurements.Accept(kept, now.Wall);
        metrics.Taken();
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, ContractJsonContext.Default.ReportAnswer);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        // Not flushed: the end of the answer goes out with it, as one piece.
        context.Response.BodyWriter.Write(body);
    }

    private async Task StreamAsync(HttpContext context, LimiterIdentity limiter, List<ObjectKey> deployments, long current)
    {
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        var stream = new LimiterStream(limiter.PodUid, deployments);
        streams.Add(stream);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _closing.Token);
        try
        {
            string? sent = null;
            while (!end.IsCancellationRequested && epoch.Current == current)
            {
                var (configuration, leases, more) = stream.Take();
                if (configuration && configurations.Payload(deployments, current) is var payload && payload.Digest != sent)
                {
                    await SendAsync(context, payload.Event, end.Token);
                    sent = payload.Digest;
                    metrics.ConfigurationSent();
                }
                if (leases is not null) await SendAsync(context, ChannelEvents.Write(ChannelProtocol.LeasesEvent, null, leases), end.Token);
                await more.WaitAsync(ChannelProtocol.Heartbeat, time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!more.IsCompleted && !end.IsCancellationRequested) await SendAsync(context, Beat, end.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            // The limiter left, or this replica ends.
        }
        finally
        {
            streams.Remove(stream);
        }
    }

    private static async Task SendAsync(HttpContext context, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        await context.Response.BodyWriter.WriteAsync(data, cancellationToken);

    private static Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(message + "\n", context.RequestAborted);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The token of a limiter could not be checked: {Why}")]
        public static partial void NotChecked(ILogger logger, string why);
    }
}
