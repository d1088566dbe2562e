using System.Buffers;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Answers;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Messages;

namespace Operator.MockClaude.Streaming;

/// <summary>Sends an answer as server-sent events, with its pauses and faults, and meters the tokens as they leave.</summary>
internal sealed class StreamAnswer(Exchange exchange, Served served, FaultRule? fault)
{
    private const int FlushAbove = 16 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _spare;

    private readonly HttpResponse _response = exchange.Http.Response;
    private readonly CancellationToken _gone = exchange.Http.RequestAborted;
    private int _produced;
    private int _metered;
    private int _events;
    private int _unflushed;

    /// <summary>Sends all of it.</summary>
    /// <exception cref="StreamBrokenException">A fault breaks the connection here.</exception>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    public async Task RunAsync()
    {
        _response.StatusCode = StatusCodes.Status200OK;
        _response.ContentType = "text/event-stream; charset=utf-8";
        _response.Headers.CacheControl = "no-cache";
        exchange.Entry.Status = StatusCodes.Status200OK;
        var buffer = Interlocked.Exchange(ref _spare, null) ?? new ArrayBufferWriter<byte>(1024);
        try
        {
            await PauseAsync(served.Envelope.Plan.FirstToken);
            foreach (var step in StreamScript.Run(buffer, served.Envelope, served.Model.NewTokenizer, exchange.State.Options.TokensPerEvent))
            {
                if (!await SendAsync(step, buffer)) return;
                buffer.ResetWrittenCount();
            }
            await FlushAsync();
        }
        finally
        {
            // Whatever ended the stream, what left is charged.
            if (!exchange.Entry.Settled)
            {
                Meter();
                served.Charge(exchange, _produced);
            }
            buffer.ResetWrittenCount();
            if (buffer.Capacity <= FlushAbove) _spare = buffer;
        }
    }

    /// <returns>False when the stream ended early.</returns>
    private async Task<bool> SendAsync(StreamStep step, ArrayBufferWriter<byte> buffer)
    {
        if (step.Tokens > 0) await PauseAsync(served.Envelope.Plan.TokenTime * step.Tokens);
        if (fault is not null && !await MeetFaultAsync(buffer)) return false;
        _produced += step.Tokens;
        if (step.Kind == StepKind.Usage)
        {
            Meter();
            served.Charge(exchange, _produced);
            // A break that is still to come decides how the request ended.
            if (fault?.Kind is not (FaultKind.BreakAfterEvents or FaultKind.HalfEvent or FaultKind.ErrorEvent) || fault.Events > _events + 1)
                exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
        }
        _response.BodyWriter.Write(buffer.WrittenSpan);
        _events++;
        _unflushed += buffer.WrittenCount;
        if (_unflushed > FlushAbove || (step.Kind == StepKind.Start && served.Envelope.Plan.TokenTime > TimeSpan.Zero)) await FlushAsync();
        if (step.Kind == StepKind.Start && fault?.Kind == FaultKind.SlowFirstToken) await PauseAsync(fault.Delay);
        return true;
    }

    private async Task<bool> MeetFaultAsync(ArrayBufferWriter<byte> buffer)
    {
        switch (fault!.Kind)
        {
            case FaultKind.SlowStream:
                await PauseAsync(fault.Delay);
                return true;
            case FaultKind.StallAfterEvents when _events >= fault.Events:
                await FlushAsync();
                Meter();
                await Task.Delay(Timeout.InfiniteTimeSpan, exchange.State.Options.Time, _gone);
                return false;
            case FaultKind.BreakAfterEvents when _events >= fault.Events:
                await BreakAsync();
                return false;
            case FaultKind.HalfEvent when _events >= fault.Events:
                _response.BodyWriter.Write(buffer.WrittenSpan[..(buffer.WrittenCount / 2)]);
                await BreakAsync();
                return false;
            case FaultKind.ErrorEvent when _events >= fault.Events:
                Meter();
                served.Charge(exchange, _produced);
                var error = ApiError.Overloaded();
                exchange.Note(error);
                exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Broken);
                SseFrames.Write(_response.BodyWriter, "error"u8, error, static (json, e) => ErrorAnswer.WriteBody(json, e, null));
                await FlushAsync();
                return false;
            case FaultKind.TruncatedJson when _events >= 1:
                _response.BodyWriter.Write("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"del\n\n"u8);
                Meter();
                served.Charge(exchange, _produced);
                exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Broken);
                await FlushAsync();
                return false;
            default:
                return true;
        }
    }

    private async Task BreakAsync()
    {
        Meter();
        served.Charge(exchange, _produced);
        exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Broken);
        await FlushAsync();
        throw new StreamBrokenException();
    }

    private async ValueTask PauseAsync(TimeSpan pause)
    {
        if (pause <= TimeSpan.Zero) return;
        if (_unflushed > 0) await FlushAsync();
        Meter();
        await Task.Delay(pause, exchange.State.Options.Time, _gone);
    }

    private async ValueTask FlushAsync()
    {
        _unflushed = 0;
        var result = await _response.BodyWriter.FlushAsync(_gone);
        if (result.IsCompleted || result.IsCanceled) throw new OperationCanceledException(_gone);
    }

    // Output counts against its limit as it is produced.
    private void Meter()
    {
        if (_produced == _metered) return;
        served.Meter(exchange, _produced - _metered);
        _metered = _produced;
    }
}
