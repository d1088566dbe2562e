using System.Buffers;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Operator.Limiter.Flags;
using Operator.Limiter.Forwarding;
using Operator.Limiter.Refusals;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Hosting;

/// <summary>The whole pipeline of the app's port: every request ends here in exactly one outcome.</summary>
internal sealed partial class RequestDispatcher(LimiterState state, ILogger logger) : IHttpApplication<HttpContext>
{
    private static readonly SearchValues<char> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_-.:@");

    private readonly MessageHandler _messages = new(state);
    private readonly PassThrough _pass = new(state);
    private readonly FlagHandler _flags = new(state);

    /// <summary>A connection's requests come one after the other: the next one takes the context of the one before.</summary>
    public HttpContext CreateContext(IFeatureCollection contextFeatures)
    {
        if (contextFeatures is not IHostContextContainer<HttpContext> connection) return new DefaultHttpContext(contextFeatures);
        if (connection.HostContext is not DefaultHttpContext known) return connection.HostContext = new DefaultHttpContext(contextFeatures);
        known.Initialize(contextFeatures);
        return known;
    }

    public void DisposeContext(HttpContext context, Exception? exception) => ((DefaultHttpContext)context).Uninitialize();

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path == "/api/hello" && (HttpMethods.IsHead(context.Request.Method) || HttpMethods.IsGet(context.Request.Method))) return;
        if (FlagHandler.Takes(path))
        {
            await EvaluateAsync(context).ConfigureAwait(false);
            return;
        }
        var record = new CallRecord
        {
            Arrived = state.Time.GetTimestamp(),
            Kind = Kind(context.Request.Method, path),
        };
        state.Counts.Arrive();
        try
        {
            var refusal = await HandleAsync(context, record).ConfigureAwait(false);
            if (refusal is not null)
            {
                record.End(CallOutcome.Refused, refusal.Reason, refusal.Status);
                await RefusalWriter.WriteAsync(context, refusal, record.RequestId).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is CallerLeftException || (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            record.End(CallOutcome.Failed, "caller-left", 499);
            // One that only stopped reading is still there: it must see that the answer is not whole.
            if (context.Response.HasStarted) context.Abort();
        }
        catch (BadHttpRequestException e)
        {
            record.End(CallOutcome.Refused, "bad-request", e.StatusCode);
            await TellAsync(context, new Refusal(e.StatusCode, e.StatusCode == 413 ? "request_too_large" : "invalid_request_error",
                "The request's body could not be read.", "bad-request"), record).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            var left = context.RequestAborted.IsCancellationRequested;
            record.End(CallOutcome.Failed, left ? "caller-left" : "upstream-broke", left ? 499 : 502);
            await TellAsync(context, Refusal.Unavailable(502, "api_error", "The API's answer broke off.", "upstream-broke", retry: false), record)
                .ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The last line: a fault of one request must never bring down the others.
        catch (Exception e)
        {
            Log.Fault(logger, record.RequestId, e.GetType().Name, e.StackTrace);
            record.End(CallOutcome.Failed, "fault", 500);
            await TellAsync(context, Refusal.Unavailable(500, "api_error", "The limiter failed.", "fault", retry: false), record).ConfigureAwait(false);
        }
#pragma warning restore CA1031
        finally
        {
            record.End(CallOutcome.Failed, "unknown", 500);
            record.Latency = state.Time.GetElapsedTime(record.Arrived);
            state.Counts.End(record.Outcome!.Value, record.Reason ?? "unknown", record.Retries);
            state.Log.Add(record);
            state.Export?.Add(record, context.Request.Headers);
        }
    }

    private async Task EvaluateAsync(HttpContext context)
    {
        try
        {
            await _flags.HandleAsync(context).ConfigureAwait(false);
        }
        catch (BadHttpRequestException e)
        {
            if (context.Response.HasStarted) context.Abort();
            else await _flags.FailAsync(context, new FlagError(e.StatusCode, FlagError.Parse, "The request's body could not be read.")).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The caller left; an evaluation has no other reader.
            context.Abort();
        }
#pragma warning disable CA1031 // As for calls: a fault of one evaluation must never bring down the others.
        catch (Exception e)
        {
            Log.Fault(logger, context.TraceIdentifier, e.GetType().Name, e.StackTrace);
            if (context.Response.HasStarted) context.Abort();
            else await _flags.FailAsync(context, new FlagError(500, "GENERAL", "The limiter failed.")).ConfigureAwait(false);
        }
#pragma warning restore CA1031
    }

    private static string Kind(string method, string path) => path switch
    {
        "/v1/messages" => HttpMethods.IsPost(method) ? "messages" : "other",
        "/v1/messages/count_tokens" => HttpMethods.IsPost(method) ? "count_tokens" : "other",
        _ when path == "/v1/messages/batches" || path.StartsWith("/v1/messages/batches/", StringComparison.Ordinal) => "batches",
        _ when path == "/v1/models" || path.StartsWith("/v1/models/", StringComparison.Ordinal) => HttpMethods.IsGet(method) ? "models" : "other",
        _ => "other",
    };

    /// <summary>Whether a path means the same to everybody: nothing encoded, no dots that climb.</summary>
    private static bool Plain(string path) => !path.AsSpan().ContainsAnyExcept(PathCharacters) && !path.Contains("..", StringComparison.Ordinal);

    private static async Task TellAsync(HttpContext context, Refusal refusal, CallRecord record)
    {
        if (context.Response.HasStarted)
        {
            // The caller must see that the answer is not whole.
            context.Abort();
            return;
        }
        if (context.RequestAborted.IsCancellationRequested) return;
        context.Response.Clear();
        try
        {
            await RefusalWriter.WriteAsync(context, refusal, record.RequestId).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The caller left meanwhile; the outcome is recorded.
            context.Abort();
        }
    }

    private ValueTask<Refusal?> HandleAsync(HttpContext context, CallRecord record) => record.Kind switch
    {
        "messages" => _messages.HandleAsync(context, record, countOnly: false),
        "count_tokens" => _messages.HandleAsync(context, record, countOnly: true),
        "batches" or "models" when !Plain(context.Request.Path.Value!) =>
            ValueTask.FromResult<Refusal?>(Refusal.BadRequest("The path holds what no id holds.", "bad-path")),
        "batches" or "models" => _pass.HandleAsync(context, record),
        _ => ValueTask.FromResult<Refusal?>(Refusal.NotFound("The limiter serves messages, count_tokens, batches and models only.", "unknown-path")),
    };

    private static partial class Log
    {
        // Only the type and the place: a message may quote what it failed on.
        [LoggerMessage(20, LogLevel.Error, "The request {RequestId} failed by a fault of the limiter: {Kind} {Trace}")]
        public static partial void Fault(ILogger logger, string requestId, string kind, string? trace);
    }
}
