using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.Limiter.Limiting;
using Operator.Limiter.Refusals;
using Operator.Limiter.Retrying;
using Operator.Limiter.Telemetry;

namespace Operator.Limiter.Forwarding;

/// <summary>Answers <c>/v1/messages</c> and <c>/v1/messages/count_tokens</c>.</summary>
internal sealed class MessageHandler(LimiterState state)
{
    /// <summary>Answers one request; the record tells how it ended.</summary>
    /// <returns>The limiter's own refusal, to be written by the caller; null when an answer was written.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Refusal?> HandleAsync(HttpContext context, CallRecord record, bool countOnly)
    {
        var (call, refusal) = await IntakeAsync(context, record, countOnly).ConfigureAwait(false);
        if (call is null) return refusal;
        using var money = Take(call, record, out var poor);
        if (poor is not null) return poor;
        context.Response.Headers[RequestHeaders.Revision] = call.Revision?.Id ?? RequestHeaders.NoRevision;
        using var deadline = new CallDeadline(state.Time, context.RequestAborted);
        var (attempt, target) = await new MessageSender(state, context, call, record, deadline).SendAsync().ConfigureAwait(false);
        // An answer may take minutes, and a conversation megabytes: nothing sends it again.
        call.Release();
        using (attempt)
        {
            if (attempt.Refusal is { } own)
            {
                if (attempt.Verdict == UpstreamVerdict.Unreachable) record.End(CallOutcome.Failed, own.Reason, own.Status);
                Count(call, record, attempt);
                return own;
            }
            if (attempt.ErrorBody is { } error)
            {
                record.Facts = attempt.Facts!;
                await ErrorAsync(context, attempt, error).ConfigureAwait(false);
                record.End(CallOutcome.Forwarded, attempt.Verdict.ToString(), context.Response.StatusCode);
                Count(call, record, attempt);
                return null;
            }
            await AnswerAsync(context, call, target, attempt, record, deadline).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Reads and takes a request. On its own, so that nothing here holds the body for as long as the answer takes.</summary>
    private async ValueTask<(MessageCall? Call, Refusal? Refusal)> IntakeAsync(HttpContext context, CallRecord record, bool countOnly)
    {
        try
        {
            var (body, refused) = await RequestBody.ReadAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
            return body is null ? (null, refused) : MessageIntake.Take(state, context.Request.Headers, body, record, countOnly);
        }
        catch (IOException e) when (e is not BadHttpRequestException)
        {
            record.End(CallOutcome.Failed, "caller-left", 499);
            throw;
        }
    }

    /// <summary>Takes the money that the call is expected to cost; counting tokens costs none and is not held up for it.</summary>
    private CallMoney Take(MessageCall call, CallRecord record, out Refusal? refusal)
    {
        refusal = null;
        if (call.CountOnly) return default;
        var money = CallMoney.Take(
            state.Ledger, state.Users, call.Deployment.Configuration.Quota, call.Deployment.QuotaKey, call.Lane, call.User, call.ExpectedCost, out refusal);
        record.UserOverBudget = money.UserBeyond;
        if (money.UserBeyond) state.Counts.UserOverBudget();
        return money;
    }

    private static async Task ErrorAsync(HttpContext context, Attempt attempt, byte[] error)
    {
        HeaderRules.CopyResponse(attempt.Response!, context.Response, withLength: false);
        // SDKs would retry a spend limit although nothing can come of it.
        if (attempt.Verdict == UpstreamVerdict.SpendLimited) context.Response.Headers["x-should-retry"] = "false";
        context.Response.ContentLength = error.Length;
        await context.Response.Body.WriteAsync(error, context.RequestAborted).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, MessageCall call, MessageTarget target, Attempt attempt, CallRecord record, CallDeadline deadline)
    {
        var response = attempt.Response!;
        var facts = record.Facts;
        if (response.Headers.NonValidated.TryGetValues("request-id", out var id) && id.ToString() is { Length: > 0 and <= 128 } told)
        {
            record.RequestId = told;
        }
        var left = false;
        try
        {
            HeaderRules.CopyResponse(response, context.Response, withLength: true);
            await AnswerForwarder.PassAsync(response, context.Response, facts, name => OnEvent(name, target, attempt, record), deadline)
                .ConfigureAwait(false);
            var reason = facts.ErrorType is not null ? "error-in-stream" : facts.Ended ? "answered" : "cut-off";
            record.End(facts.Ended || facts.ErrorType is not null ? CallOutcome.Forwarded : CallOutcome.Failed, reason, context.Response.StatusCode);
        }
        catch (CallerLeftException)
        {
            left = true;
            throw;
        }
        finally
        {
            Settle(call, target, attempt, record, broke: !facts.Ended && !left);
        }
    }

    private void OnEvent(string name, MessageTarget target, Attempt attempt, CallRecord record)
    {
        if (name == "content") record.FirstToken ??= state.Time.GetElapsedTime(record.Arrived);
        else if (name == "message_start" && record.Facts.InputKnown) attempt.Hold?.SettleInput(record.Facts.Usage.Counted(target.Model));
    }

    /// <summary>Charges what was metered, whatever became of the answer.</summary>
    private void Settle(MessageCall call, MessageTarget target, Attempt attempt, CallRecord record, bool broke)
    {
        var facts = record.Facts;
        if (call.CountOnly) return;
        ref var usage = ref facts.Usage;
        // A stream that was cut off told no final figure: what passed of its content tells.
        if (!facts.OutputKnown || !facts.Ended) usage.Output = Math.Max(usage.Output, call.Estimator.OutputOf(facts.ContentBytes));
        var input = facts.InputKnown
            ? usage.Counted(target.Model)
            : call.Estimator.InputOf(call.BodyLength);
        attempt.Hold?.Settle(input, usage.Output);
        if (facts is { InputKnown: true, OutputKnown: true, Ended: true, ErrorType: null })
        {
            call.Estimator.Learn(call.BodyLength, usage, usage.Counted(target.Model), facts.ContentBytes);
        }
        record.Cost = usage.Cost(target.Model);
        state.Ledger.Add(call.Deployment.QuotaKey, record.Cost);
        if (call.User is { } user) state.Users.Charge(call.Deployment.QuotaKey, call.Deployment.Configuration.Quota.PerUser, user, record.Cost);
        Count(call, record, attempt, broke);
    }

    private void Count(MessageCall call, CallRecord record, Attempt attempt, bool broke = false)
    {
        // The limiter's own refusals are no observation of a revision.
        if (call.Revision is not { } revision || call.CountOnly || attempt.Verdict == UpstreamVerdict.Refused) return;
        record.Latency = state.Time.GetElapsedTime(record.Arrived);
        var throttled = record.FellBack || attempt.Verdict is UpstreamVerdict.RateLimited or UpstreamVerdict.RampLimited
            or UpstreamVerdict.Overloaded or UpstreamVerdict.SpendLimited
            || record.Facts.ErrorType is "overloaded_error" or "rate_limit_error";
        var error = broke || attempt.Verdict is UpstreamVerdict.ServerError
            || (attempt.Verdict == UpstreamVerdict.Permanent && attempt.Facts?.ErrorType is not ("billing_error" or "permission_error"))
            || (attempt.Verdict == UpstreamVerdict.Success && record.Facts.ErrorType is not null);
        state.Meters.Count(call.Deployment.Key, revision.Id, record, throttled, error, call.Deployment.Configuration.Measurement);
    }
}
