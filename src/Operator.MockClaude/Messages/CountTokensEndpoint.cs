using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;
using Operator.MockClaude.Validation;

namespace Operator.MockClaude.Messages;

/// <summary>POST /v1/messages/count_tokens: free, with its own limit, and ignorant of the cache.</summary>
internal static class CountTokensEndpoint
{
    /// <summary>Answers.</summary>
    public static async Task HandleAsync(Exchange exchange)
    {
        ApiError? error;
        FaultRule? fault = null;
        var tokens = 0;
        using (var body = await RequestBody.ReadAsync(exchange.Http, exchange.State.Options.MaxBodyBytes))
        {
            error = body is null ? MessageEndpoint.TooLarge : Count(exchange, body.Bytes, out tokens, out fault);
        }
        if (error is not null)
        {
            await exchange.FailAsync(error);
            return;
        }
        if (fault?.Kind is FaultKind.ConnectionReset or FaultKind.Hang or FaultKind.HtmlAnswer)
        {
            await FaultAnswers.MeetAsync(exchange, fault);
            return;
        }
        exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
        await JsonAnswer.WriteAsync(exchange.Http, StatusCodes.Status200OK, tokens, static (json, count) =>
        {
            json.WriteStartObject();
            json.WriteNumber("input_tokens"u8, count);
            json.WriteEndObject();
        });
    }

    private static ApiError? Count(Exchange exchange, ReadOnlyMemory<byte> body, out int tokens, out FaultRule? fault)
    {
        tokens = 0;
        fault = null;
        if (JsonBody.Parse(body, out var document) is { } malformed) return malformed;
        using (document)
        {
            var state = exchange.State;
            var fields = new MessageFields();
            if (fields.Read(document!.RootElement) is { } unknown) return unknown;
            var error = MessageReader.FindModel(fields, state.Models, out var model);
            exchange.Entry.Model = model?.Id;
            if (error is not null) return error;
            var context = new MessageReader.Context(
                exchange.Version, exchange.Caller.Organization.BindsThinking, Counting: true, DropsMismatched: false, WithTexts: false);
            if (MessageReader.Read(fields, model!, context, out var request) is { } invalid) return invalid;
            fault = state.Faults.Strike(exchange.Entry, exchange.Entry.At);
            exchange.Entry.Fault = fault?.Kind;
            if (FaultErrors.Of(fault, exchange.Entry.At) is { } injected) return injected;
            if (state.EndpointLimits.Take(exchange.Caller.Organization, batches: false) is { } hit)
                return LimitErrors.Rate(hit.Owner, hit.PerMinute, hit.Unit, hit.RetryAfter);
            tokens = request!.PromptTokens;
            return null;
        }
    }
}
