using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Operator.Limiter.Hosting;
using Operator.Limiter.Lanes;
using Operator.Limiter.Limiting;
using Operator.Limiter.Refusals;
using Operator.Limiter.Retrying;
using Operator.Limiter.Rewriting;
using Operator.Limiter.Telemetry;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Forwarding;

/// <summary>Gets an answer: through the gate, to the upstream, again where that helps, then from the next model.</summary>
internal sealed class MessageSender(LimiterState state, HttpContext context, MessageCall call, CallRecord record, CallDeadline deadline)
{
    /// <summary>How long an answer's headers may take: a plain answer is generated before them.</summary>
    private static readonly TimeSpan MaxHeaders = TimeSpan.FromMinutes(10);

    private string? _key;

    /// <summary>Tries all targets in their order.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(Attempt Attempt, MessageTarget Target)> SendAsync()
    {
        for (var i = 0; ; i++)
        {
            var target = call.Targets[i];
            var last = i == call.Targets.Count - 1;
            await LargeBody.LeaveAsync(call.BodyLength);
            var body = Body(target);
            var patience = LanePolicy.Patience(call.Lane);
            var retries = new RetryState
            {
                Arrived = record.Arrived,
                Patience = patience,
                Retries = last ? RetryRules.MaxRetries : 1,
                KeyChanged = () => _key is { } refused && state.Credentials.ChangedFrom(state.KeyFile(call.Deployment), refused),
            };
            var attempt = await state.Retries.RunAsync(token => TryAsync(target, body, patience, token), retries, context.RequestAborted)
                .ConfigureAwait(false);
            record.Retries += retries.Count;
            record.Model = target.Model.Id;
            record.FellBack = target.IsFallback;
            if (last || !UpstreamVerdicts.MayFallBack(attempt.Verdict)) return (attempt, target);
            attempt.Dispose();
        }
    }

    private (byte[] Bytes, string? Beta) Body(MessageTarget target)
    {
        var plan = new BodyPlan
        {
            Revision = call.Revision,
            Fallback = target.IsFallback ? target.Model : null,
            DropForeignThinking = call.Rehomed,
            CountOnly = call.CountOnly,
        };
        var edits = MessageRewriter.Plan(call.Body, call.Scan, plan);
        var beta = call.Rehomed && target.Model.BindsPrefix ? MessageRewriter.ThinkingBindingBeta : null;
        return (edits.IsEmpty ? call.Body : edits.Apply(call.Body), beta);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Attempt> TryAsync(MessageTarget target, (byte[] Bytes, string? Beta) body, TimeSpan patience, CancellationToken cancellation)
    {
        _key = state.Credentials.Get(state.KeyFile(call.Deployment));
        if (_key is not { } key)
        {
            var missing = Refusal.Unavailable(503, "api_error", "The limiter has no API key yet.", "no-key", retry: true);
            return new Attempt { Verdict = UpstreamVerdict.Refused, Refusal = missing with { RetryAfter = TimeSpan.FromSeconds(5) } };
        }
        var estimate = call.Estimator.Estimate(body.Bytes.Length, call.Revision?.Configuration.MaxTokens ?? call.MaxTokens);
        var isGuess = call.Estimator.IsGuess;
        Hold? hold = null;
        if (target.Group is { } group)
        {
            var since = state.Time.GetTimestamp();
            var left = patience - state.Time.GetElapsedTime(record.Arrived);
            var admission = await group.AdmitAsync(call.Lane, estimate, left, cancellation).ConfigureAwait(false);
            record.Queued += state.Time.GetElapsedTime(since);
            if (admission.Refusal is { } refusal) return new Attempt { Verdict = UpstreamVerdict.Refused, Refusal = refusal };
            hold = admission.Hold!;
            hold.IsGuess = isGuess;
            hold.EstimatedBy(call.Estimator);
        }
        return await ExchangeAsync(target, body, key, hold, estimate, cancellation).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Attempt> ExchangeAsync(
        MessageTarget target, (byte[] Bytes, string? Beta) body, string key, Hold? hold, Tokens estimate, CancellationToken cancellation)
    {
        // What the API may have charged although nobody was told: input, until it is known that nothing was sent.
        var charged = estimate.Input;
        HttpResponseMessage? response = null;
        var kept = false;
        var slow = deadline.Within(MaxHeaders);
        try
        {
            using var content = new MessageContent(body.Bytes);
            using var request = state.Upstream.Request(context.Request, content, key, body.Beta);
            response = await state.Upstream.SendAsync(request, slow).ConfigureAwait(false);
            var retryAfter = UpstreamClient.RetryAfter(response, state.Time.GetUtcNow());
            if ((int)response.StatusCode < 400)
            {
                if (target.Group is { } open) state.Signals.Note(open.Quota, open.Group, response, UpstreamVerdict.Success, null, null);
                kept = true;
                content.Release();
                return new Attempt { Verdict = UpstreamVerdict.Success, Response = response, Hold = hold };
            }
            charged = 0;
            var facts = new AnswerFacts();
            var error = await ErrorBodyAsync(response, slow).ConfigureAwait(false);
            UsageJson.Read(error, facts);
            var verdict = UpstreamVerdicts.Of(response.StatusCode, facts);
            if (target.Group is { } group) Learn(group, response, verdict, retryAfter, facts);
            kept = true;
            return new Attempt
            {
                Verdict = verdict,
                Response = response,
                ErrorBody = error,
                Facts = facts,
                RetryAfter = retryAfter,
                Final = response.Headers.NonValidated.TryGetValues("x-should-retry", out var should) && should.ToString() == "false",
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            if (e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                or HttpRequestError.SecureConnectionError })
            {
                charged = 0;
            }
            var refusal = e is OperationCanceledException
                ? Refusal.Unavailable(504, "timeout_error", "The API did not answer in time.", "upstream-timeout", retry: false)
                : Refusal.Unavailable(502, "api_error", "The API could not be reached.", "upstream-unreachable", retry: true);
            return new Attempt { Verdict = UpstreamVerdict.Unreachable, Refusal = refusal, Final = e is OperationCanceledException };
        }
        finally
        {
            if (!kept) response?.Dispose();
            if (!kept || (int)response!.StatusCode >= 400) hold?.Cancel(charged);
        }
    }

    private void Learn(GroupLimiter group, HttpResponseMessage response, UpstreamVerdict verdict, TimeSpan? retryAfter, AnswerFacts facts)
    {
        state.Signals.Note(group.Quota, group.Group, response, verdict, retryAfter, facts.ErrorCode);
        switch (verdict)
        {
            case UpstreamVerdict.RateLimited or UpstreamVerdict.RampLimited:
                group.Freeze(retryAfter ?? TimeSpan.FromSeconds(1), "The API answered 429 for this model group.", final: false);
                break;
            case UpstreamVerdict.SpendLimited:
                // A limit that its owner set may be raised at any time: it is tried again now and then.
                var now = state.Time.GetUtcNow();
                var until = facts.OwnSpendLimit ? TimeSpan.FromMinutes(5) : SpendBudget.NextMonth(now) - now;
                foreach (var each in state.Groups.Where(g => g.Quota == group.Quota)) each.Freeze(until, "The API's spend limit is reached.", final: true);
                break;
            default:
                break;
        }
    }

    private static async Task<byte[]> ErrorBodyAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var copy = new MemoryStream();
        var buffer = new byte[8 * 1024];
        int read;
        while (copy.Length < Attempt.MaxErrorBody && (read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            copy.Write(buffer, 0, read);
        }
        return copy.ToArray();
    }
}
