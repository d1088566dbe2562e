using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Accounts;
using Operator.MockClaude.Http;
using Operator.MockClaude.Ledger;

namespace Operator.MockClaude.Limits;

/// <summary>The Rate Limits API of an organization and of its workspaces. Needs an administration key.</summary>
internal static class RateLimitEndpoints
{
    /// <summary>GET /v1/organizations/rate_limits.</summary>
    public static Task OrganizationAsync(Exchange exchange)
    {
        var rows = RateLimitWriter.Rows(exchange.State, exchange.Caller.Organization);
        if (exchange.Http.Request.Query["model"].ToString() is { Length: > 0 } model)
        {
            rows = [.. rows.Where(r => r.Models?.Contains(model) == true)];
            if (rows.Count == 0) return exchange.FailAsync(ApiError.NotFound($"model: {model}"));
        }
        return PageAsync(exchange, rows, workspace: null);
    }

    /// <summary>GET /v1/organizations/workspaces/{id}/rate_limits.</summary>
    public static Task WorkspaceAsync(Exchange exchange, string workspace)
    {
        var organization = exchange.Caller.Organization;
        if (organization.Workspace(workspace) is null) return exchange.FailAsync(ApiError.NotFound($"workspace: {workspace}"));
        var inherited = exchange.Http.Request.Query["include_inherited"] == "true";
        return PageAsync(exchange, WorkspaceRows(exchange.State, organization, workspace, inherited), workspace);
    }

    /// <summary>POST /v1/organizations/workspaces/{id}/rate_limits/{rate limit}: takes effect at once.</summary>
    public static async Task SetAsync(Exchange exchange, string workspace, string rateLimit)
    {
        var state = exchange.State;
        var organization = exchange.Caller.Organization;
        ApiError? error;
        using (var body = await RequestBody.ReadAsync(exchange.Http, state.Options.MaxBodyBytes))
        {
            error = body is null ? Messages.MessageEndpoint.TooLarge : Set(state, organization, workspace, rateLimit, body.Bytes);
        }
        if (error is not null)
        {
            await exchange.FailAsync(error);
            return;
        }
        var row = WorkspaceRows(state, organization, workspace, inherited: true).First(r => r.Id == rateLimit);
        exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
        await JsonAnswer.WriteAsync(exchange.Http, StatusCodes.Status200OK, (row, exchange.Version, workspace),
            static (json, s) => RateLimitWriter.Write(json, s.row, s.Version, s.workspace));
    }

    private static ApiError? Set(MockState state, MockOrganization organization, string workspace, string rateLimit, ReadOnlyMemory<byte> body)
    {
        if (workspace == MockOrganization.DefaultWorkspace) return ApiError.Invalid("The default workspace cannot have limits.");
        if (organization.Workspace(workspace) is null) return ApiError.NotFound($"workspace: {workspace}");
        var row = RateLimitWriter.Rows(state, organization).FirstOrDefault(r => r.Id == rateLimit && r.GroupType == "model_group");
        if (row is null) return ApiError.NotFound($"rate limit: {rateLimit}");
        var group = state.Limits.Groups.First(g => g.Id == row.GroupId).Name;
        var limits = state.Limits.WorkspaceLimits(workspace, group) ?? new WorkspaceLimits();
        if (JsonBody.Parse(body, out var document) is { } malformed) return malformed;
        using (document)
        {
            if (document!.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("limits"u8, out var list)
                || list.ValueKind != JsonValueKind.Array)
                return ApiError.Invalid("limits: Field required");
            foreach (var item in list.EnumerateArray())
            {
                if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("type"u8, out var type) || type.ValueKind != JsonValueKind.String)
                    return ApiError.Invalid("limits.type: Field required");
                if (!item.TryGetProperty("value"u8, out var value)) return ApiError.Invalid("limits.value: Field required");
                long? number = null;
                if (value.ValueKind != JsonValueKind.Null)
                {
                    if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var parsed) || parsed < 0)
                        return ApiError.Invalid("limits.value: Input should be a valid integer or null");
                    number = parsed;
                }
                switch (type.GetString())
                {
                    case "requests_per_minute": limits = limits with { Requests = number }; break;
                    case "input_tokens_per_minute_cache_aware": limits = limits with { Input = number }; break;
                    case "input_tokens_per_minute": limits = limits with { InputWithCacheReads = number }; break;
                    case "output_tokens_per_minute": limits = limits with { Output = number }; break;
                    case var other: return ApiError.Invalid($"limits.type: '{other}' is not a limit of this group");
                }
            }
        }
        state.Limits.SetWorkspaceLimits(organization.Id, workspace, group, limits);
        return null;
    }

    private static List<RateLimitWriter.Row> WorkspaceRows(MockState state, MockOrganization organization, string workspace, bool inherited)
    {
        var rows = new List<RateLimitWriter.Row>();
        foreach (var row in RateLimitWriter.Rows(state, organization))
        {
            var group = state.Limits.Groups.FirstOrDefault(g => g.Id == row.GroupId);
            var own = group is null ? null : state.Limits.WorkspaceLimits(workspace, group.Name);
            var limits = new List<RateLimitWriter.RowLimit>();
            foreach (var limit in row.Limits)
            {
                var value = limit.Type switch
                {
                    "requests_per_minute" => own?.Requests,
                    "input_tokens_per_minute_cache_aware" => own?.Input,
                    "output_tokens_per_minute" => own?.Output,
                    _ => null,
                };
                if (value is { } mine) limits.Add(new RateLimitWriter.RowLimit(limit.Type, mine, limit.Value, FromWorkspace: true));
                else if (inherited) limits.Add(limit with { OrganizationValue = limit.Value });
            }
            if (own?.InputWithCacheReads is { } all)
                limits.Add(new RateLimitWriter.RowLimit("input_tokens_per_minute", all, FromWorkspace: true));
            if (limits.Count > 0) rows.Add(row with { Limits = limits });
        }
        return rows;
    }

    private static Task PageAsync(Exchange exchange, List<RateLimitWriter.Row> rows, string? workspace)
    {
        var query = exchange.Http.Request.Query;
        if (query["group_type"].ToString() is { Length: > 0 } type) rows = [.. rows.Where(r => r.GroupType == type)];
        if (Paging.Limit(query, int.MaxValue, int.MaxValue, out var limit) is { } error) return exchange.FailAsync(error);
        var from = 0;
        if (query["page"].ToString() is { Length: > 0 } page
            && !(page.StartsWith("page_", StringComparison.Ordinal)
                && int.TryParse(page.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out from)))
            return exchange.FailAsync(ApiError.Invalid("page: Input is not a page of this list"));
        var items = rows.Skip(from).Take(limit).ToList();
        var next = from + items.Count < rows.Count ? string.Create(CultureInfo.InvariantCulture, $"page_{from + items.Count}") : null;
        exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
        return JsonAnswer.WriteAsync(exchange.Http, StatusCodes.Status200OK, (items, next, exchange.Version, workspace), static (json, s) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("data"u8);
            foreach (var row in s.items) RateLimitWriter.Write(json, row, s.Version, s.workspace);
            json.WriteEndArray();
            if (s.next is null) json.WriteNull("next_page"u8);
            else json.WriteString("next_page"u8, s.next);
            json.WriteEndObject();
        });
    }
}
