using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;

namespace Operator.MockClaude.Models;

/// <summary>GET /v1/models and GET /v1/models/{id}.</summary>
internal static class ModelEndpoints
{
    private const int DefaultLimit = 20;
    private const int MostLimit = 1000;

    /// <summary>One model by its id or alias.</summary>
    public static Task GetAsync(Exchange exchange, string id)
    {
        var model = exchange.State.Models.Find(id);
        if (model is null) return exchange.FailAsync(ApiError.NotFound($"model: {id}"));
        exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
        return JsonAnswer.WriteAsync(exchange.Http, StatusCodes.Status200OK, model, ModelWriter.Write);
    }

    /// <summary>A page of models.</summary>
    public static Task ListAsync(Exchange exchange)
    {
        var query = exchange.Http.Request.Query;
        if (Paging.Limit(query, DefaultLimit, MostLimit, out var limit) is { } error) return exchange.FailAsync(error);
        var states = query["lifecycle[]"].Concat(query["lifecycle"]).ToArray();
        if (states.FirstOrDefault(s => s is not ("active" or "deprecated" or "retired")) is { } unknown)
            return exchange.FailAsync(ApiError.Invalid($"lifecycle: '{unknown}' should be 'active', 'deprecated' or 'retired'"));
        var models = exchange.State.Models.Entries.Where(m => states.Length == 0
            ? m.Lifecycle != ModelLifecycle.Retired
            : states.Contains(m.Lifecycle.ToString(), StringComparer.OrdinalIgnoreCase)).ToList();
        var page = Paging.Slice(models, static m => m.Id, query, limit);
        exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
        return JsonAnswer.WriteAsync(exchange.Http, StatusCodes.Status200OK, page, static (json, p) =>
            Paging.Write(json, p, static m => m.Id, ModelWriter.Write));
    }
}
