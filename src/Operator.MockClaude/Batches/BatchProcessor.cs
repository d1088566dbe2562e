using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Caching;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;
using Operator.MockClaude.Validation;

namespace Operator.MockClaude.Batches;

/// <summary>Answers the requests of a batch: at half price, beside the Messages limits, with the same cache.</summary>
internal sealed class BatchProcessor(MockState state)
{
    /// <summary>Answers all requests that wait, and ends the batch.</summary>
    public void Finish(MessageBatch batch, DateTimeOffset now)
    {
        foreach (var item in batch.Items)
        {
            if (item.Outcome is not null) continue;
            if (batch.CancelInitiated is not null) End(item, "canceled");
            else if (now >= batch.Expires && batch.Due >= batch.Expires) End(item, "expired");
            else Answer(batch, item, batch.Due);
        }
        batch.Ended = batch.Due;
    }

    private static void End(BatchItem item, string outcome)
    {
        item.Outcome = outcome;
        item.Result = JsonAnswer.Compose(outcome, static (json, o) =>
        {
            json.WriteStartObject();
            json.WriteString("type"u8, o);
            json.WriteEndObject();
        }).ToArray();
    }

    private void Answer(MessageBatch batch, BatchItem item, DateTimeOffset now)
    {
        var entry = new LedgerEntry
        {
            At = now,
            RequestId = batch.Id,
            Endpoint = MockEndpoint.BatchRequest,
            Organization = batch.Caller.Organization.Id,
            Workspace = batch.Workspace,
            Key = batch.Caller.Key.Name,
            Status = StatusCodes.Status200OK,
        };
        state.Ledger.Begin();
        var error = Decide(batch, item, entry, out var served);
        if (error is null)
        {
            var usage = served!.Envelope.Usage;
            entry.Usage = usage;
            entry.StopReason = served.Envelope.Plan.StopReason;
            entry.Cost = ModelCost.Of(served.Model, usage, batch: true, usOnly: served.UsOnly);
            state.Spend.Add(batch.Caller.Organization.Id, batch.Workspace, entry.Cost, now);
            item.Outcome = "succeeded";
            item.Result = JsonAnswer.Compose(served.Envelope, static (json, e) =>
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "succeeded"u8);
                json.WritePropertyName("message"u8);
                MessageWriter.Write(json, e);
                json.WriteEndObject();
            }).ToArray();
        }
        else
        {
            entry.Status = error.Status;
            entry.ErrorType = error.Type;
            entry.ErrorCode = error.Code;
            entry.Outcome = Outcomes.Of(error);
            item.Outcome = "errored";
            item.Result = JsonAnswer.Compose((error, state.Ids.Next("req_01")), static (json, s) =>
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "errored"u8);
                json.WritePropertyName("error"u8);
                ErrorAnswer.WriteBody(json, s.error, s.Item2);
                json.WriteEndObject();
            }).ToArray();
        }
        state.Ledger.Settle(entry);
    }

    private ApiError? Decide(MessageBatch batch, BatchItem item, LedgerEntry entry, out Served? served)
    {
        served = null;
        using var document = JsonDocument.Parse(item.Params);
        var fields = new MessageFields();
        if (fields.Read(document.RootElement) is { } unknown) return unknown;
        var error = MessageReader.FindModel(fields, state.Models, out var model);
        entry.Model = model?.Id;
        if (error is not null) return error;
        var context = new MessageReader.Context(
            batch.Version, batch.Caller.Organization.BindsThinking, Counting: false, DropsMismatched: false, WithTexts: !state.Options.Fast);
        error = MessageReader.Read(fields, model!, context, out var request);
        if (error is not null) return error;
        entry.SystemDigest = request!.SystemDigest;
        var fault = state.Faults.Strike(entry, entry.At);
        entry.Fault = fault?.Kind;
        if (Faults.FaultErrors.Of(fault, entry.At) is { } injected) return injected;
        CachePlan cache = state.Cache.Plan(batch.Workspace, model!.Id, request.Marks, model.MinimumCacheable, entry.At);
        state.Cache.Commit(batch.Workspace, model.Id, cache, entry.At);
        var plan = state.Planner.Plan(request);
        if (plan.Fails) return ApiError.Internal();
        served = MessageAdmission.Serve(request, plan, cache, state.Ids, "batch");
        return null;
    }
}
