using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Operator.MockClaude.Batches;
using Operator.MockClaude.Ledger;
using Operator.MockClaude.Limits;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;
using Operator.MockClaude.Streaming;

namespace Operator.MockClaude.Http;

/// <summary>Finds the endpoint of a request and sees to it that every request is booked once, however it ends.</summary>
internal sealed class Router(MockState state)
{
    private const string BatchPath = "/v1/messages/batches";
    private const string ModelPath = "/v1/models/";
    private const string WorkspacePath = "/v1/organizations/workspaces/";
    private readonly BatchEndpoints _batches = new(state);

    /// <summary>Answers.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        var endpoint = Find(path);
        var exchange = new Exchange(http, state, endpoint);
        try
        {
            await DispatchAsync(exchange, path, http.Request.Method);
        }
        catch (StreamBrokenException)
        {
            // The server closes the connection when it sees the exception; the request is booked already.
            throw;
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectionResetException or BadHttpRequestException)
        {
            exchange.Settle(exchange.Entry.Status, RequestOutcome.ClientGone);
            http.Abort();
        }
        finally
        {
            // Only an error of the mock itself gets here unsettled: the exception goes on to the server.
            exchange.Settle(StatusCodes.Status500InternalServerError, RequestOutcome.Failed);
        }
    }

    private static MockEndpoint Find(string path) => path switch
    {
        "/v1/messages" => MockEndpoint.Messages,
        "/v1/messages/count_tokens" => MockEndpoint.CountTokens,
        "/v1/models" => MockEndpoint.Models,
        "/v1/organizations/rate_limits" => MockEndpoint.RateLimits,
        "/api/hello" => MockEndpoint.Hello,
        BatchPath => MockEndpoint.Batches,
        _ when path.StartsWith(BatchPath + "/", StringComparison.Ordinal) => MockEndpoint.Batches,
        _ when path.StartsWith(ModelPath, StringComparison.Ordinal) => MockEndpoint.Models,
        _ when path.StartsWith(WorkspacePath, StringComparison.Ordinal) => MockEndpoint.RateLimits,
        _ => MockEndpoint.Unknown,
    };

    private Task DispatchAsync(Exchange exchange, string path, string method)
    {
        switch (exchange.Entry.Endpoint)
        {
            case MockEndpoint.Unknown:
                return exchange.FailAsync(ApiError.NotFound("Not found"));
            case MockEndpoint.Hello:
                exchange.Settle(StatusCodes.Status200OK, RequestOutcome.Answered);
                return Task.CompletedTask;
        }
        if (Credentials.Check(exchange, admin: exchange.Entry.Endpoint == MockEndpoint.RateLimits) is { } error) return exchange.FailAsync(error);
        switch (exchange.Entry.Endpoint, method)
        {
            case (MockEndpoint.Messages, "POST"):
                return MessageEndpoint.HandleAsync(exchange);
            case (MockEndpoint.CountTokens, "POST"):
                return CountTokensEndpoint.HandleAsync(exchange);
            case (MockEndpoint.Batches, _):
                return _batches.HandleAsync(exchange, path[BatchPath.Length..].TrimStart('/'));
            case (MockEndpoint.Models, "GET"):
                return path.Length > ModelPath.Length ? ModelEndpoints.GetAsync(exchange, path[ModelPath.Length..]) : ModelEndpoints.ListAsync(exchange);
            case (MockEndpoint.RateLimits, _):
                return RateLimitsAsync(exchange, path, method);
            default:
                return exchange.FailAsync(new ApiError(StatusCodes.Status405MethodNotAllowed, "invalid_request_error", "Method Not Allowed"));
        }
    }

    private static Task RateLimitsAsync(Exchange exchange, string path, string method)
    {
        if (!path.StartsWith(WorkspacePath, StringComparison.Ordinal))
        {
            return method == "GET" ? RateLimitEndpoints.OrganizationAsync(exchange)
                : exchange.FailAsync(new ApiError(StatusCodes.Status405MethodNotAllowed, "invalid_request_error", "Method Not Allowed"));
        }
        return (method, path[WorkspacePath.Length..].Split('/')) switch
        {
            ("GET", [var workspace, "rate_limits"]) => RateLimitEndpoints.WorkspaceAsync(exchange, workspace),
            ("POST", [var workspace, "rate_limits", var id]) => RateLimitEndpoints.SetAsync(exchange, workspace, id),
            _ => exchange.FailAsync(ApiError.NotFound("Not found")),
        };
    }
}
