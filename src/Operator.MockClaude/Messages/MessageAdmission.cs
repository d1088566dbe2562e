using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Caching;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;
using Operator.MockClaude.Models;
using Operator.MockClaude.Validation;

namespace Operator.MockClaude.Messages;

/// <summary>Decides what becomes of a request: an error, a fault, or an answer with its usage.</summary>
internal static class MessageAdmission
{
    private const string BindingControls = "thinking-binding-controls-2026-08-01";

    /// <summary>Decides.</summary>
    public static (ApiError? Error, FaultRule? Fault, Served? Served) Decide(Exchange exchange, ReadOnlyMemory<byte> body)
    {
        if (JsonBody.Parse(body, out var document) is { } error) return (error, null, null);
        using (document) return Decide(exchange, document!.RootElement);
    }

    private static (ApiError? Error, FaultRule? Fault, Served? Served) Decide(Exchange exchange, JsonElement root)
    {
        var state = exchange.State;
        var organization = exchange.Caller.Organization;
        var fields = new MessageFields();
        var error = fields.Read(root);
        exchange.Entry.Stream = fields.Stream.ValueKind == JsonValueKind.True;
        if (error is not null) return (error, null, null);
        error = MessageReader.FindModel(fields, state.Models, out var model);
        exchange.Entry.Model = model?.Id;
        if (error is not null) return (error, null, null);
        var context = new MessageReader.Context(
            exchange.Version, organization.BindsThinking, Counting: false,
            exchange.Http.Request.Headers["anthropic-beta"].ToString().Contains(BindingControls, StringComparison.Ordinal),
            WithTexts: !state.Options.Fast);
        error = MessageReader.Read(fields, model!, context, out var request);
        if (error is not null) return (error, null, null);
        exchange.Entry.SystemDigest = request!.SystemDigest;

        var now = exchange.Entry.At;
        var fault = state.Faults.Strike(exchange.Entry, now);
        exchange.Entry.Fault = fault?.Kind;
        if (FaultErrors.Of(fault, now) is { } injected) return (injected, fault, null);
        if (fault?.Kind is FaultKind.ConnectionReset or FaultKind.Hang or FaultKind.HtmlAnswer) return (null, fault, null);
        if (state.Spend.Check(organization, exchange.Workspace, now) is { } spent) return (spent, fault, null);

        var cache = state.Cache.Plan(exchange.Workspace, model!.Id, request.Marks, model.MinimumCacheable, now);
        if (Admit(exchange, request, cache) is { } refused) return (refused, fault, null);
        state.Cache.Commit(exchange.Workspace, model.Id, cache, now);
        var plan = state.Planner.Plan(request);
        return plan.Fails ? (ApiError.Internal(), fault, null) : (null, fault, Serve(request, plan, cache, state.Ids));
    }

    /// <summary>Puts the answer and its usage together.</summary>
    public static Served Serve(MessageRequest request, AnswerPlan plan, in CachePlan cache, RequestIds ids, string tier = "standard")
    {
        var usage = new TokenUsage(
            request.PromptTokens - cache.Read - cache.Write5m - cache.Write1h, cache.Write5m, cache.Write1h, cache.Read,
            plan.OutputTokens, plan.ThinkingTokens);
        var envelope = new MessageWriter.Envelope(
            ids.Next("msg_01"), request.Model.Id, plan.Tool is null ? null : ids.Next("toolu_01"), plan, usage, tier,
            request.Fast ? "fast" : null, request.Geo ?? (request.Model.Rules.InferenceGeo ? "global" : null));
        return new Served(request.Model, envelope, request.Fast, request.Geo == "us");
    }

    private static ApiError? Admit(Exchange exchange, MessageRequest request, in CachePlan cache)
    {
        var state = exchange.State;
        var organization = exchange.Caller.Organization;
        var group = request.Model.Group;
        var headers = exchange.Http.Response.Headers;
        if (!state.Options.EnforceLimits)
        {
            RateHeaders.Write(headers, state.Limits.Peek(organization, exchange.Workspace, group), exchange.Entry.At);
            return null;
        }
        double input = request.PromptTokens - cache.Read;
        var estimate = Math.Ceiling(input * state.Options.InputEstimateFactor);
        var (hit, ramp, rates) = state.Limits.Admit(organization, exchange.Workspace, group, estimate, cache.Read);
        if (hit is null && !ramp && estimate != input)
            state.Limits.Meter(organization, exchange.Workspace, group, input - estimate, 0);
        RateHeaders.Write(headers, rates, exchange.Entry.At);
        if (hit is { } limit) return LimitErrors.Rate(limit.Owner, limit.PerMinute, limit.Unit, limit.RetryAfter);
        return ramp ? LimitErrors.Ramp(10) : null;
    }
}
