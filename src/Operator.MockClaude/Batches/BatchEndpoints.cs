using System.Buffers;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Faults;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;

namespace Operator.MockClaude.Batches;

/// <summary>/v1/messages/batches and everything below.</summary>
internal sealed class BatchEndpoints(MockState state)
{
    private const int MaxBodyBytes = 256 * 1024 * 1024;
    private const int DefaultLimit = 20;
    private const int MostLimit = 1000;
    private readonly BatchStore _store = new(state);

    /// <summary>Answers.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="rest">The path behind <c>batches</c>, without a slash at its start.</param>
    public async Task HandleAsync(Exchange exchange, string rest)
    {
        var fault = state.Faults.Strike(exchange.Entry, exchange.Entry.At);
        exchange.Entry.Fault = fault?.Kind;
        if (FaultErrors.Of(fault, exchange.Entry.At) is { } injected)
        {
            await exchange.FailAsync(injected);
            return;
        }
        if (fault?.Kind is FaultKind.ConnectionReset or FaultKind.Hang or FaultKind.HtmlAnswer)
        {
            await FaultAnswers.MeetAsync(exchange, fault);
            return;
        }
        if (state.EndpointLimits.Take(exchange.Caller.Organization, batches: true) is { } hit)
        {
            await exchange.FailAsync(LimitErrors.Rate(hit.Owner, hit.PerMinute, hit.Unit, hit.RetryAfter));
            return;
        }
        var method = exchange.Http.Request.Method;
        await ((method, rest.Split('/')) switch
        {
            ("POST", [""]) => CreateAsync(exchange),
            ("GET", [""]) => ListAsync(exchange),
            ("GET", [var id]) => OneAsync(exchange, id, static _ => null),
            ("DELETE", [var id]) => DeleteAsync(exchange, id),
            ("POST", [var id, "cancel"]) => OneAsync(exchange, id, batch =>
            {
                BatchStore.Cancel(batch, exchange.Entry.At);
                return null;
            }),
            ("GET", [var id, "results"]) => ResultsAsync(exchange, id),
            _ => exchange.FailAsync(ApiError.NotFound("Not found")),
        });
    }

    private async Task CreateAsync(Exchange exchange)
    {
        ApiError? error;
        MessageBatch? batch = null;
        using (var body = await RequestBody.ReadAsync(exchange.Http, MaxBodyBytes))
        {
            if (body is null) error = Messages.MessageEndpoint.TooLarge;
            else
            {
                error = BatchReader.Read(body.Bytes, out var items);
                error ??= _store.Create(exchange, items, out batch);
            }
        }
        if (error is not null) await exchange.FailAsync(error);
        else await OneAsync(exchange, batch!.Id, static _ => null);
    }

    private async Task OneAsync(Exchange exchange, string id, Func<MessageBatch, ApiError?> change)
    {
        ApiError? error = null;
        byte[] answer = [];
        var root = Root(exchange.Http);
        var found = _store.With(id, exchange.Workspace, exchange.Entry.At, batch =>
        {
            error = change(batch);
            answer = JsonAnswer.Compose((batch, root), static (json, s) => BatchWriter.Write(json, s.batch, s.root)).ToArray();
        });
        error = found ? error : ApiError.NotFound($"message batch: {id}");
        if (error is not null) await exchange.FailAsync(error);
        else await SendAsync(exchange, "application/json", answer);
    }

    private async Task DeleteAsync(Exchange exchange, string id)
    {
        ApiError? error = null;
        var found = _store.With(id, exchange.Workspace, exchange.Entry.At, batch =>
        {
            if (batch.Ended is null) error = ApiError.Invalid($"Message batch {id} is still {batch.Status}; cancel it and wait for its end before deleting it.");
            else _store.Delete(batch);
        });
        error = found ? error : ApiError.NotFound($"message batch: {id}");
        if (error is not null)
        {
            await exchange.FailAsync(error);
            return;
        }
        exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
        await JsonAnswer.WriteAsync(exchange.Http, StatusCodes.Status200OK, id, static (json, deleted) =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, deleted);
            json.WriteString("type"u8, "message_batch_deleted"u8);
            json.WriteEndObject();
        });
    }

    private async Task ListAsync(Exchange exchange)
    {
        var query = exchange.Http.Request.Query;
        if (Paging.Limit(query, DefaultLimit, MostLimit, out var limit) is { } error)
        {
            await exchange.FailAsync(error);
            return;
        }
        byte[] answer = [];
        var root = Root(exchange.Http);
        _store.WithAll(exchange.Workspace, exchange.Entry.At, batches =>
        {
            var page = Paging.Slice(batches, static b => b.Id, query, limit);
            answer = JsonAnswer.Compose((page, root), static (json, s) =>
                Paging.Write(json, s.page, static b => b.Id, (writer, batch) => BatchWriter.Write(writer, batch, s.root))).ToArray();
        });
        await SendAsync(exchange, "application/json", answer);
    }

    private async Task ResultsAsync(Exchange exchange, string id)
    {
        ApiError? error = null;
        var lines = new ArrayBufferWriter<byte>();
        var found = _store.With(id, exchange.Workspace, exchange.Entry.At, batch =>
        {
            if (batch.Ended is null) error = ApiError.Invalid($"Message batch {id} has no available results: it is still {batch.Status}.");
            else if (batch.Archived is not null) error = ApiError.NotFound($"The results of message batch {id} are no longer available.");
            else Lines(batch, lines);
        });
        error = found ? error : ApiError.NotFound($"message batch: {id}");
        if (error is not null) await exchange.FailAsync(error);
        else await SendAsync(exchange, "application/x-jsonl", lines.WrittenMemory);
    }

    // Results come in no order of meaning: those with an odd hash first, so that nobody relies on the order of the requests.
    private static void Lines(MessageBatch batch, ArrayBufferWriter<byte> lines)
    {
        foreach (var item in batch.Items.OrderBy(i => RequestIds.Mix((ulong)i.CustomId.Length ^ ((ulong)i.CustomId[^1] << 8) ^ ((ulong)i.CustomId[0] << 16))))
        {
            lines.Write(JsonAnswer.Compose(item, static (json, i) =>
            {
                json.WriteStartObject();
                json.WriteString("custom_id"u8, i.CustomId);
                json.WritePropertyName("result"u8);
                json.WriteRawValue(i.Result.Span, skipInputValidation: true);
                json.WriteEndObject();
            }));
            lines.Write("\n"u8);
        }
    }

    private static async Task SendAsync(Exchange exchange, string contentType, ReadOnlyMemory<byte> body)
    {
        exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
        exchange.Http.Response.ContentType = contentType;
        exchange.Http.Response.ContentLength = body.Length;
        await exchange.Http.Response.BodyWriter.WriteAsync(body, exchange.Http.RequestAborted);
    }

    private static string Root(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}";
}
