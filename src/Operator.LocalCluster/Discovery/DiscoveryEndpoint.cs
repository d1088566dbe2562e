using Microsoft.AspNetCore.Http;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.OpenApi;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Discovery;

/// <summary>Answers what the server tells about itself: groups, resources, OpenAPI, version and health.</summary>
internal sealed class DiscoveryEndpoint(
    ResourceRegistry registry, IReadOnlyCollection<ICreateOnlyHandler> handlers, TokenIssuer tokens)
{
    private const string Aggregated = "apidiscovery.k8s.io";
    private const string OpenApiProtobuf = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    private readonly Lock _gate = new();
    private Documents? _documents;

    /// <summary>The answer; null where the path is none of these.</summary>
    /// <exception cref="ApiException">405: another method than GET.</exception>
    public ApiResponse? TryAnswer(HttpRequest http)
    {
        var path = (http.Path.Value ?? "/").TrimEnd('/');
        var answer = Answer(path, http);
        if (answer is not null && http.Method is not ("GET" or "HEAD")) throw ApiErrors.MethodNotAllowed();
        return answer;
    }

    private ApiResponse? Answer(string path, HttpRequest http)
    {
        switch (path)
        {
            case "/version":
                return new ApiResponse { Status = 200, Body = VersionDocument.Json };
            case "/.well-known/openid-configuration":
                return Published(http, "application/json", TokenIssuer.Discovery($"{http.Scheme}://{http.Host}"));
            case "/openid/v1/jwks":
                return Published(http, "application/jwk-set+json", tokens.KeySet());
            case "/healthz" or "/livez" or "/readyz":
            case var check when check.StartsWith("/healthz/", StringComparison.Ordinal) || check.StartsWith("/livez/", StringComparison.Ordinal)
                || check.StartsWith("/readyz/", StringComparison.Ordinal):
                return ApiResponse.Text(200, "ok");
        }
        var documents = Current();
        switch (path)
        {
            case "":
                return ApiResponse.Object(200, documents.Groups.Root());
            case "/api" or "/apis":
                return Groups(path, documents, http);
            case "/openapi/v3":
                return Document(documents.V3.Value.Root, http);
            case "/openapi/v2":
                var v2 = documents.V2.Value;
                var wantsProtobuf = ContentNegotiation.Clauses(http.Headers.Accept).FirstOrDefault()?.MediaType == OpenApiProtobuf;
                return Document(wantsProtobuf ? v2.Protobuf : v2.Json, http);
        }
        if (path.StartsWith("/openapi/v3/", StringComparison.Ordinal))
            return documents.V3.Value.Find(path["/openapi/v3/".Length..]) is { } found ? Document(found, http) : null;
        return path.Split('/') switch
        {
            ["", "api", var version] => Legacy(documents.Groups.Resources("", version)),
            ["", "apis", var group] => Legacy(documents.Groups.Group(group)),
            ["", "apis", var group, var version] => Legacy(documents.Groups.Resources(group, version)),
            _ => null,
        };
    }

    /// <summary>What the server says as an issuer of tokens: unlike all else here in one form only, and not for HEAD.</summary>
    private static ApiResponse Published(HttpRequest http, string type, System.Text.Json.Nodes.JsonObject document)
    {
        if (http.Method != "GET") throw ApiErrors.MethodNotAllowed();
        // Ranges such as application/* are not understood, and weights are not looked at.
        var accepted = http.Headers.Accept.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(clause => clause.Split(';')[0].TrimEnd()).ToList();
        return accepted.Count == 0 || accepted.Contains("*/*") || accepted.Contains(type)
            ? ApiResponse.Object(200, document, type)
            : throw ApiErrors.OneFormOnly(type);
    }

    private static ApiResponse Groups(string path, Documents documents, HttpRequest http)
    {
        foreach (var clause in ContentNegotiation.Clauses(http.Headers.Accept))
        {
            if (ContentNegotiation.MediaTypeOf(clause) is null) continue;
            if (!clause.Parameters.TryGetValue("as", out var form)) break;
            var version = clause.Parameters.GetValueOrDefault("v", "");
            if (form != "APIGroupDiscoveryList" || clause.Parameters.GetValueOrDefault("g") != Aggregated || version is not ("v2" or "v2beta1")) continue;
            var document = documents.Aggregate(path == "/api", version);
            return Conditional(new ApiResponse
            {
                Status = 200,
                ContentType = $"application/json;g={Aggregated};v={version};as=APIGroupDiscoveryList",
                Body = document.Json,
                ETag = document.ETag,
                Headers = new Dictionary<string, string> { ["Vary"] = "Accept" },
            }, http);
        }
        return ApiResponse.Object(200, path == "/api" ? GroupDocuments.CoreVersions(http.Host.Value ?? "") : documents.Groups.GroupList());
    }

    private static ApiResponse? Legacy(System.Text.Json.Nodes.JsonObject? document) =>
        document is null ? null : ApiResponse.Object(200, document);

    private static ApiResponse Document(OpenApiDocument document, HttpRequest http) => Conditional(new ApiResponse
    {
        Status = 200, ContentType = document.ContentType, Body = document.Content, ETag = document.ETag,
    }, http);

    private static ApiResponse Conditional(ApiResponse response, HttpRequest http) =>
        response.ETag.Length > 0 && http.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(response.ETag)
            ? response with { Status = 304, Body = default }
            : response;

    private Documents Current()
    {
        lock (_gate)
        {
            if (_documents?.Generation != registry.Generation) _documents = new Documents(registry, handlers);
            return _documents;
        }
    }

    private sealed class Documents(ResourceRegistry registry, IReadOnlyCollection<ICreateOnlyHandler> handlers)
    {
        private readonly Dictionary<(bool, string), AggregatedDocument> _aggregated = [];
        private readonly IReadOnlyCollection<ResourceDefinition> _definitions = registry.Definitions;

        public long Generation { get; } = registry.Generation;

        public GroupDocuments Groups { get; } = new(registry.Definitions, handlers);

        public Lazy<OpenApiV3Documents> V3 { get; } = new(() => OpenApiV3Documents.Build(registry.Definitions));

        public Lazy<OpenApiV2Document> V2 { get; } = new(() => OpenApiV2Document.Build(registry.Definitions));

        public AggregatedDocument Aggregate(bool core, string version)
        {
            lock (_aggregated)
            {
                if (!_aggregated.TryGetValue((core, version), out var document))
                    _aggregated[(core, version)] = document = AggregatedDocument.Build(_definitions, handlers, core, version);
                return document;
            }
        }
    }
}
