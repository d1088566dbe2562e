using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Operator.Limiter.Hosting;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Exporting;

/// <summary>
/// One span for each call, named as OpenTelemetry names calls of generative models. It is made when the call has ended, of what the call
/// log tells too: no content, no keys.
/// </summary>
internal sealed class CallSpans(LimiterState state, string? version) : IDisposable
{
    private const int MaxTraceState = 512;
    private const int MaxWord = 128;

    private static readonly SearchValues<char> WordCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:@/");

    private readonly ActivitySource _source = new(OpenTelemetryExport.Scope, version);

    /// <summary>What a kind of call is called.</summary>
    public static string Operation(string kind) => kind == "messages" ? "chat" : kind;

    /// <summary>A text of the API as far as it is a name: an upstream may write anything into its answers.</summary>
    public static string? Name(string? text) => text is { Length: > 0 and <= MaxWord } && !text.AsSpan().ContainsAnyExcept(WordCharacters) ? text : null;

    /// <summary>What went wrong with a call, in a word; null when nothing did.</summary>
    public static string? ErrorOf(CallRecord call) => call switch
    {
        { Outcome: CallOutcome.Forwarded, Facts.ErrorType: { } type } => type,
        { Outcome: CallOutcome.Forwarded, Status: < 400 } => null,
        _ => call.Reason ?? "unknown",
    };

    /// <summary>Makes the span of a call that ended now.</summary>
    public void Add(CallRecord call, IHeaderDictionary headers)
    {
        var ended = state.Time.GetUtcNow();
        var operation = Operation(call.Kind);
        using var span = _source.StartActivity(
            call.Model is null ? operation : $"{operation} {call.Model}", ActivityKind.Client, Parent(headers), startTime: ended - call.Latency);
        if (span is null) return;
        span.SetTag("gen_ai.provider.name", "anthropic");
        span.SetTag("gen_ai.operation.name", operation);
        span.SetTag("server.address", state.Options.Upstream.Host);
        span.SetTag("server.port", state.Options.Upstream.Port);
        span.SetTag("http.response.status_code", call.Status);
        Set(span, "gen_ai.request.model", call.Model);
        Set(span, "gen_ai.response.model", Name(call.Facts.Model));
        if (call.Facts.StopReason is { } reason) span.SetTag("gen_ai.response.finish_reasons", new[] { reason });
        if (call.Facts.InputKnown)
        {
            ref var usage = ref call.Facts.Usage;
            // By these names the whole prompt counts, whatever part of it the cache held.
            span.SetTag("gen_ai.usage.input_tokens", usage.Prompt);
            span.SetTag("gen_ai.usage.cache_creation.input_tokens", usage.CacheWrite);
            span.SetTag("gen_ai.usage.cache_read.input_tokens", usage.CacheRead);
            if (call.Kind == "messages") span.SetTag("gen_ai.usage.output_tokens", usage.Output);
        }
        Own(span, call);
        if (ErrorOf(call) is { } error)
        {
            span.SetTag("error.type", error);
            span.SetStatus(ActivityStatusCode.Error);
        }
        span.SetEndTime(ended.UtcDateTime);
    }

    /// <summary>Ends the source.</summary>
    public void Dispose() => _source.Dispose();

    private static void Own(Activity span, CallRecord call)
    {
        Set(span, "claude.request_id", Name(call.RequestId));
        Set(span, "claude.deployment", call.Deployment);
        Set(span, "claude.quota", call.Quota);
        Set(span, "claude.revision", call.Revision);
        Set(span, "claude.variant", call.Variant);
        Set(span, "claude.prompt.digest", call.PromptDigest);
        Set(span, "claude.lane", call.Lane);
        Set(span, "claude.user", call.User);
        Set(span, "claude.conversation", call.Conversation);
        Set(span, "claude.outcome", call.Outcome?.ToString());
        Set(span, "claude.reason", call.Reason);
        span.SetTag("claude.cost", call.Cost / 1e9);
        span.SetTag("claude.retries", call.Retries);
        span.SetTag("claude.fallback", call.FellBack);
        span.SetTag("claude.stream", call.Stream);
        span.SetTag("claude.queued", call.Queued.TotalSeconds);
        if (call.FirstToken is { } first) span.SetTag("claude.first_token", first.TotalSeconds);
    }

    private static void Set(Activity span, string name, string? value)
    {
        if (value is not null) span.SetTag(name, value);
    }

    /// <summary>The caller's span; the headers themselves pass to the upstream as they came.</summary>
    private static ActivityContext Parent(IHeaderDictionary headers)
    {
        var state = headers.TraceState.ToString();
        return ActivityContext.TryParse(headers.TraceParent.ToString(), state.Length is > 0 and <= MaxTraceState ? state : null, isRemote: true, out var parent)
            ? parent
            : default;
    }
}
