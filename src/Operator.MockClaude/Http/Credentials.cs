using Operator.MockClaude.Accounts;

namespace Operator.MockClaude.Http;

/// <summary>Who calls, and in which version of the API.</summary>
internal static class Credentials
{
    private const string Bearer = "Bearer ";

    /// <summary>Identifies the caller; <c>x-api-key</c> counts before <c>Authorization</c>.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="admin">Whether the endpoint is for administration keys.</param>
    public static ApiError? Check(Exchange exchange, bool admin)
    {
        var headers = exchange.Http.Request.Headers;
        string? secret = null;
        if (headers.TryGetValue("x-api-key", out var key)) secret = key.ToString();
        else if (headers.Authorization.ToString() is { } authorization && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            secret = authorization[Bearer.Length..].Trim();
        if (string.IsNullOrEmpty(secret)) return new ApiError(401, "authentication_error", "x-api-key header is required");
        if (exchange.State.Accounts.Find(secret) is not { } caller)
            return new ApiError(401, "authentication_error", "invalid x-api-key");
        if (caller.Key.Admin != admin)
        {
            return new ApiError(403, "permission_error", admin
                ? "This endpoint requires an admin API key." : "Admin API keys cannot be used for this endpoint.");
        }
        var workspace = caller.Key.Workspace;
        if (workspace is null)
        {
            var chosen = headers["anthropic-workspace-id"].ToString();
            workspace = chosen.Length > 0 ? chosen : MockOrganization.DefaultWorkspace;
            if (caller.Organization.Workspace(workspace) is null)
                return new ApiError(403, "permission_error", $"The key has no access to workspace {workspace}.");
        }
        exchange.Identify(caller, workspace);
        switch (headers["anthropic-version"].ToString())
        {
            case "2023-06-01":
                exchange.Version = ApiVersion.June2023;
                return null;
            case "2026-10-21":
                exchange.Version = ApiVersion.October2026;
                return null;
            case "":
                return ApiError.Invalid("anthropic-version: header is required");
            case var other:
                return ApiError.Invalid($"anthropic-version: \"{other}\" is not a valid version");
        }
    }
}
