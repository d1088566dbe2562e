using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Discovery;
using Operator.LocalCluster.Faults;
using Operator.LocalCluster.Node;
using Operator.LocalCluster.Watching;

namespace Operator.LocalCluster.Api;

/// <summary>The front door: knows who asks, applies faults, finds who answers, and sends the answer.</summary>
internal sealed partial class ClusterEndpoint(
    ApiServices services, ResourceEndpoint resources, CreateOnlyEndpoint createOnly, DiscoveryEndpoint discovery,
    IAuthenticator authenticator, IAuthorizer authorizer, Func<X509Certificate2, bool> isOwnCertificate, PodLogs logs, ILogger logger)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var path = RequestPath.Parse(context.Request.Path.Value ?? "/");
        var request = Describe(context.Request, path);
        services.Faults.Requests.Add(request);
        try
        {
            var response = await RespondAsync(context, path, request);
            await SendAsync(context, response);
        }
        catch (ConnectionLostException)
        {
            context.Abort();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
    }

    private async Task<ApiResponse> RespondAsync(HttpContext context, RequestPath? path, ClusterRequest request)
    {
        var faults = services.Faults;
        try
        {
            if (faults.Take(FaultAction.Delay, request) is { } delay)
                await Task.Delay(delay.Wait, services.Time, context.RequestAborted);
            if (faults.Take(FaultAction.FailBefore, request) is { } failure) throw failure.Error!(request);
            var response = await AnswerAsync(context, path, request);
            if (faults.Take(FaultAction.LoseResponse, request) is not null) throw new ConnectionLostException();
            if (faults.Take(FaultAction.FailAfter, request) is { } late) throw late.Error!(request);
            return response;
        }
        catch (ApiException error)
        {
            return Failure(error);
        }
        catch (Exception error) when (error is not (ConnectionLostException or OperationCanceledException))
        {
            Log.RequestFailed(logger, request.Method, request.Path, error);
            return Failure(ApiErrors.Internal(error.Message));
        }
    }

    private async Task<ApiResponse> AnswerAsync(HttpContext context, RequestPath? path, ClusterRequest request)
    {
        var aborted = context.RequestAborted;
        var http = context.Request;
        var certificate = context.Connection.ClientCertificate;
        if (certificate is not null && !isOwnCertificate(certificate)) throw new ApiException(401, "Unauthorized", "Unauthorized");
        var user = await authenticator.AuthenticateAsync(BearerToken(http), certificate, aborted);
        user = await Impersonation.ApplyAsync(user, http.Headers, authorizer, aborted);
        await AuthorizeAsync(user, path, request, aborted);
        var served = path is null ? null : services.Registry.Find(path.Group, path.Version, path.Resource);
        if (path is not null && createOnly.Find(path) is { } handler)
            return await createOnly.HandleAsync(handler, path, http, await ReadBodyAsync(http, aborted), user, aborted);
        if (path is null || served is null || (!served.Namespaced && path.Namespace.Length > 0))
        {
            if (discovery.TryAnswer(http) is { } answer) return answer;
            return path is not null && services.Registry.Definitions.Any(d => !d.IsCustom && d.Group == path.Group && d.Version == path.Version)
                ? throw new ApiException(404, "NotFound", "the server could not find the requested resource", [])
                : ApiResponse.PageNotFound();
        }
        if (path is { Group: "", Resource: "pods", Subresource: "log", Name.Length: > 0 } && http.Method == "GET")
            return await logs.AnswerAsync(path.Namespace, path.Name, http.Query, aborted);
        var body = http.Method is "GET" or "HEAD" ? ReadOnlyMemory<byte>.Empty : await ReadBodyAsync(http, aborted);
        return await resources.HandleAsync(new(http, path, served, request.Verb, user, body, request), aborted);
    }

    private async ValueTask AuthorizeAsync(UserInfo user, RequestPath? path, ClusterRequest request, CancellationToken cancellationToken)
    {
        if (user.Groups.Contains(UserInfo.SystemMasters)) return;
        var isResource = path is not null && request.Verb.Length > 0;
        var bare = request.Path.Split('?')[0];
        var decision = await authorizer.AuthorizeAsync(new AuthorizationAttributes
        {
            User = user,
            Verb = isResource ? request.Verb : request.Method.ToLowerInvariant(),
            Group = isResource ? path!.Group : "",
            Resource = isResource ? path!.Resource : "",
            Subresource = isResource ? path!.Subresource : "",
            Namespace = isResource ? path!.Namespace : "",
            Name = !isResource ? "" : path!.Name.Length > 0 ? path.Name : SelectedName(request),
            Path = isResource ? null : bare,
        }, cancellationToken);
        if (decision.Allowed) return;
        throw isResource ? ResourceForbidden(user, path!, request.Verb, decision.Reason) : new ApiException(
            403, "Forbidden", $"forbidden: User \"{user.Name}\" cannot {request.Method.ToLowerInvariant()} path \"{bare}\"", []);
    }

    /// <summary>The one name that a list or watch selects: with it a role for named objects suffices.</summary>
    private static string SelectedName(ClusterRequest request)
    {
        if (request.Verb is not ("list" or "watch" or "deletecollection")) return "";
        var query = request.Path.IndexOf('?', StringComparison.Ordinal);
        if (query < 0 || !QueryHelpers.ParseQuery(request.Path[query..]).TryGetValue("fieldSelector", out var selectors)) return "";
        foreach (var term in selectors.ToString().Split(','))
        {
            foreach (var equals in (ReadOnlySpan<string>)["metadata.name==", "metadata.name="])
            {
                if (term.StartsWith(equals, StringComparison.Ordinal)) return term[equals.Length..];
            }
        }
        return "";
    }

    private static ApiException ResourceForbidden(UserInfo user, RequestPath path, string verb, string reason)
    {
        var resource = ApiErrors.Qualified(path.Group, path.Resource);
        var shown = path.Subresource.Length == 0 ? path.Resource : $"{path.Resource}/{path.Subresource}";
        var scope = path.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{path.Namespace}\"";
        var subject = path.Name.Length == 0 ? resource : $"{resource} \"{path.Name}\"";
        return new ApiException(
            403, "Forbidden", $"{subject} is forbidden: User \"{user.Name}\" cannot {verb} resource \"{shown}\" in API group "
            + $"\"{path.Group}\" {scope}{(reason.Length == 0 ? "" : ": " + reason)}", ApiErrors.Details(path.Name, path.Group, path.Resource));
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest http, CancellationToken cancellationToken)
    {
        if (http.ContentLength > BodyDecoder.MaximumBytes) throw ApiErrors.TooLarge(BodyDecoder.MaximumBytes);
        while (true)
        {
            var read = await http.BodyReader.ReadAsync(cancellationToken);
            if (read.Buffer.Length > BodyDecoder.MaximumBytes)
            {
                http.BodyReader.AdvanceTo(read.Buffer.End);
                throw ApiErrors.TooLarge(BodyDecoder.MaximumBytes);
            }
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                http.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }
            http.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static string? BearerToken(HttpRequest http)
    {
        var header = http.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
    }

    private ClusterRequest Describe(HttpRequest http, RequestPath? path) => new(
        http.Method, http.Path.Value + http.QueryString.Value, path is null ? "" : ResourceEndpoint.VerbOf(http, path), path?.Group ?? "",
        path?.Resource ?? "", path?.Subresource ?? "", path?.Namespace ?? "", path?.Name ?? "", http.Headers.UserAgent.ToString(),
        services.Time.GetUtcNow());

    private static ApiResponse Failure(ApiException error)
    {
        var response = ApiResponse.Error(error);
        return error.Details?["retryAfterSeconds"] is { } seconds && error.Code is 429 or 503
            ? response with { Headers = new Dictionary<string, string> { ["Retry-After"] = error.Details!["retryAfterSeconds"]!.ToJsonString() } }
            : response;
    }

    private static async Task SendAsync(HttpContext context, ApiResponse response)
    {
        var http = context.Response;
        http.StatusCode = response.Status;
        http.Headers.CacheControl = "no-cache, private";
        if (response.Status != 304) http.ContentType = response.ContentType;
        if (response.ETag.Length > 0) http.Headers.ETag = response.ETag;
        foreach (var (name, value) in response.Headers) http.Headers[name] = value;
        foreach (var warning in response.Warnings) http.Headers.Append("Warning", $"299 - {Quoted(warning)}");
        if (response.Stream is not null && !HttpMethods.IsHead(context.Request.Method))
        {
            if (response.IsWatch) context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
            await response.Stream(http.BodyWriter, context.RequestAborted);
            return;
        }
        if (response.Status == 304) return;
        http.ContentLength = response.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await http.BodyWriter.WriteAsync(response.Body, context.RequestAborted);
    }

    private static string Quoted(string warning)
    {
        var plain = new string([.. warning.Select(c => char.IsControl(c) || c > '~' ? ' ' : c)]);
        return "\"" + plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
        public static partial void RequestFailed(ILogger logger, string method, string path, Exception error);
    }
}
