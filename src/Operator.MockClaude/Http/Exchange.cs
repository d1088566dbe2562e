using System.Globalization;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;

namespace Operator.MockClaude.Http;

/// <summary>One request on its way through the mock.</summary>
internal sealed class Exchange
{
    public Exchange(HttpContext http, MockState state, MockEndpoint endpoint)
    {
        Http = http;
        State = state;
        RequestId = state.Ids.Next("req_01");
        http.Response.Headers["request-id"] = RequestId;
        var headers = http.Request.Headers;
        Entry = new LedgerEntry
        {
            At = state.Now,
            RequestId = RequestId,
            Endpoint = endpoint,
            Marker = headers.TryGetValue(state.Options.MarkerHeader, out var marker) ? marker.ToString() : null,
            RetryCount = headers.TryGetValue("X-Stainless-Retry-Count", out var retry)
                && int.TryParse(retry, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null,
        };
        state.Ledger.Begin();
    }

    public HttpContext Http { get; }
    public MockState State { get; }
    public string RequestId { get; }
    public LedgerEntry Entry { get; }
    public ApiVersion Version { get; set; }
    public Caller Caller { get; private set; } = null!;
    public string Workspace { get; private set; } = "";

    /// <summary>Knows from now on who calls.</summary>
    public void Identify(Caller caller, string workspace)
    {
        Caller = caller;
        Workspace = workspace;
        Entry.Organization = caller.Organization.Id;
        Entry.Key = caller.Key.Name;
        Http.Response.Headers["anthropic-organization-id"] = caller.Organization.Id;
        if (caller.Key.Admin) return;
        Entry.Workspace = workspace;
        Http.Response.Headers["anthropic-workspace-id"] = workspace;
    }

    /// <summary>Charges usage: the ledger's entry and the month's spend. A later call replaces what an earlier one charged.</summary>
    public void Charge(ModelEntry model, in TokenUsage usage, bool fast, bool usOnly)
    {
        var before = Entry.Cost;
        Entry.Usage = usage;
        Entry.Cost = ModelCost.Of(model, usage, fast: fast, usOnly: usOnly);
        State.Spend.Add(Caller.Organization.Id, Workspace, Entry.Cost - before, State.Now);
    }

    /// <summary>Books the end; only the first end counts.</summary>
    public void Settle(int status, RequestOutcome outcome)
    {
        if (Entry.Settled) return;
        Entry.Status = status;
        Entry.Outcome = outcome;
        State.Ledger.Settle(Entry);
    }

    /// <summary>Ends with an error.</summary>
    public Task FailAsync(ApiError error)
    {
        Note(error);
        Settle(error.Status, Outcomes.Of(error));
        return ErrorAnswer.WriteAsync(Http, error, RequestId);
    }

    /// <summary>Notes an error that is sent after the status.</summary>
    public void Note(ApiError error)
    {
        Entry.ErrorType = error.Type;
        Entry.ErrorCode = error.Code;
    }
}
