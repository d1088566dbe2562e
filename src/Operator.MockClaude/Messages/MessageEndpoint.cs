using System.Buffers;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Streaming;

namespace Operator.MockClaude.Messages;

/// <summary>POST /v1/messages.</summary>
internal static class MessageEndpoint
{
    /// <summary>The answer to a body that is too large.</summary>
    public static ApiError TooLarge { get; } = new(413, "request_too_large", "Request exceeds the maximum size");

    /// <summary>Answers.</summary>
    public static async Task HandleAsync(Exchange exchange)
    {
        ApiError? error;
        FaultRule? fault;
        Served? served;
        using (var body = await RequestBody.ReadAsync(exchange.Http, exchange.State.Options.MaxBodyBytes))
        {
            if (body is null)
            {
                await exchange.FailAsync(TooLarge);
                return;
            }
            (error, fault, served) = MessageAdmission.Decide(exchange, body.Bytes);
        }
        if (error is not null) await exchange.FailAsync(error);
        else if (served is null) await FaultAnswers.MeetAsync(exchange, fault!);
        else if (exchange.Entry.Stream) await new StreamAnswer(exchange, served, fault).RunAsync();
        else await PlainAsync(exchange, served, fault);
    }

    private static async Task PlainAsync(Exchange exchange, Served served, FaultRule? fault)
    {
        var plan = served.Envelope.Plan;
        var pause = plan.FirstToken + plan.TokenTime * plan.OutputTokens;
        if (fault?.Kind is FaultKind.SlowFirstToken or FaultKind.SlowStream) pause += fault.Delay;
        if (pause > TimeSpan.Zero)
        {
            // Who leaves before the answer pays for the prompt alone.
            served.Charge(exchange, 0);
            await Task.Delay(pause, exchange.State.Options.Time, exchange.Http.RequestAborted);
        }
        served.Meter(exchange, plan.OutputTokens);
        served.Charge(exchange, plan.OutputTokens);
        switch (fault?.Kind)
        {
            case FaultKind.TruncatedJson:
                exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Broken);
                await TruncatedAsync(exchange, served);
                break;
            case FaultKind.BreakAfterEvents or FaultKind.HalfEvent:
                exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Broken);
                await HalfAsync(exchange, served);
                break;
            default:
                exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
                await JsonAnswer.WriteAsync(exchange.Http, StatusCodes.Status200OK, served.Envelope, MessageWriter.Write);
                break;
        }
    }

    // A complete HTTP answer whose JSON ends in the middle.
    private static async Task TruncatedAsync(Exchange exchange, Served served)
    {
        var bytes = JsonAnswer.Compose(served.Envelope, MessageWriter.Write).ToArray();
        bytes = bytes[..(bytes.Length / 2)];
        var response = exchange.Http.Response;
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        response.BodyWriter.Write(bytes);
        await response.BodyWriter.FlushAsync();
    }

    // An HTTP answer that ends before its announced length.
    private static async Task HalfAsync(Exchange exchange, Served served)
    {
        var bytes = JsonAnswer.Compose(served.Envelope, MessageWriter.Write).ToArray();
        var response = exchange.Http.Response;
        response.ContentType = "application/json";
        response.ContentLength = bytes.Length;
        response.BodyWriter.Write(bytes.AsSpan(0, bytes.Length / 2));
        await response.BodyWriter.FlushAsync();
        throw new StreamBrokenException();
    }
}
