using Microsoft.AspNetCore.Http;
using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.Limiter.Limiting;
using Operator.Limiter.Refusals;
using Operator.Limiter.Rewriting;
using Operator.Limiter.Routing;
using Operator.Limiter.Telemetry;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Forwarding;

/// <summary>
/// Passes batches and the list of models as they are: only credentials are replaced, and the address of a batch's results leads here.
/// They have limits of their own.
/// </summary>
internal sealed class PassThrough(LimiterState state)
{
    /// <summary>The largest body of a batch, as the API takes it.</summary>
    public const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>The largest answer about batches: far more than a full page of them.</summary>
    private const long MaxBatches = 16 * 1024 * 1024;

    private static readonly TimeSpan MaxHeaders = TimeSpan.FromMinutes(10);

    /// <summary>Answers one request.</summary>
    /// <returns>The limiter's own refusal, to be written by the caller; null when an answer was written.</returns>
    public async ValueTask<Refusal?> HandleAsync(HttpContext context, CallRecord record)
    {
        var request = context.Request;
        if (request.ContentLength > MaxBytes) return Refusal.TooLarge(MaxBytes);
        var route = RequestRouter.Find(state.Configuration.Current, request.Headers[RequestHeaders.Deployment], null);
        // Models are the same for every key of an organization: any deployment's will do.
        var deployment = route.Deployment ?? (HttpMethods.IsGet(request.Method) && request.Headers[RequestHeaders.Deployment].Count == 0
            ? FirstOf(state.Configuration.Current.Deployments)
            : null);
        if (deployment is null) return route.Refusal;
        record.Deployment = deployment.Key;
        record.Quota = deployment.QuotaKey;
        if (HttpMethods.IsPost(request.Method)
            && state.Ledger.Reserve(deployment.Configuration.Quota, deployment.QuotaKey, Lane.Bulk, 0).Refusal is { } poor)
        {
            return poor;
        }
        // What passes as a stream cannot be sent again when the key is refused: the newest one is looked up.
        if (state.Credentials.Latest(state.KeyFile(deployment)) is not { } key)
        {
            return Refusal.Unavailable(503, "api_error", "The limiter has no API key yet.", "no-key", retry: true);
        }
        var hasBody = request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0;
        var content = hasBody ? new StreamContent(request.Body) : null;
        if (content is not null && request.ContentLength is { } length) content.Headers.ContentLength = length;
        using var message = state.Upstream.Request(request, content, key);
        using var deadline = new CallDeadline(state.Time, context.RequestAborted);
        HttpResponseMessage response;
        try
        {
            response = await state.Upstream.SendAsync(message, deadline.Within(MaxHeaders)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !context.RequestAborted.IsCancellationRequested))
        {
            if (context.RequestAborted.IsCancellationRequested) throw new CallerLeftException(e);
            // The body passes while it comes: its own fault is not the upstream's.
            if (e.InnerException is BadHttpRequestException bad) throw new BadHttpRequestException(bad.Message, bad.StatusCode, e);
            record.End(CallOutcome.Failed, "upstream-unreachable", 502);
            return Refusal.Unavailable(502, "api_error", "The API could not be reached.", "upstream-unreachable", retry: hasBody is false);
        }
        using (response)
        {
            if (record.Kind == "batches" && TellsBatches(request, response))
            {
                await BatchesAsync(context, response, deadline).ConfigureAwait(false);
                record.End(CallOutcome.Forwarded, "passed", context.Response.StatusCode);
                return null;
            }
            HeaderRules.CopyResponse(response, context.Response, withLength: true);
            if (HttpMethods.IsHead(request.Method)) await context.Response.CompleteAsync().ConfigureAwait(false);
            else await AnswerForwarder.PassAsync(response, context.Response, new AnswerFacts(), static _ => { }, deadline).ConfigureAwait(false);
            record.End(CallOutcome.Forwarded, "passed", context.Response.StatusCode);
        }
        return null;
    }

    /// <summary>Whether the answer is a batch or a page of them, not an error and not the results.</summary>
    private static bool TellsBatches(HttpRequest request, HttpResponseMessage response) =>
        response.IsSuccessStatusCode && !HttpMethods.IsHead(request.Method) && request.Host.HasValue
        && !request.Path.Value!.EndsWith("/results", StringComparison.Ordinal)
        && response.Content.Headers.NonValidated.TryGetValues("content-type", out var type)
        && type.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        && (response.Content.Headers.ContentLength ?? 0) <= MaxBatches;

    private static async Task BatchesAsync(HttpContext context, HttpResponseMessage response, CallDeadline deadline)
    {
        var silence = deadline.Within(AnswerForwarder.MaxSilence);
        await response.Content.LoadIntoBufferAsync(MaxBatches, silence).ConfigureAwait(false);
        var told = await response.Content.ReadAsByteArrayAsync(silence).ConfigureAwait(false);
        // By the name that the caller has for the limiter.
        var body = ResultsAddress.Lead(told, $"{context.Request.Scheme}://{context.Request.Host.Value}");
        HeaderRules.CopyResponse(response, context.Response, withLength: false);
        context.Response.ContentLength = body.Length;
        try
        {
            await context.Response.Body.WriteAsync(body, deadline.Within(AnswerForwarder.MaxSilence)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            throw new CallerLeftException(e);
        }
    }

    private static Configuration.ServedDeployment? FirstOf(IReadOnlyList<Configuration.ServedDeployment> deployments) =>
        deployments.Count > 0 ? deployments[0] : null;
}
