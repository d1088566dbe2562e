using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.FieldManagement;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Api;

/// <summary>Answers POSTs of kinds that are never stored.</summary>
internal sealed class CreateOnlyEndpoint(ApiServices services, IReadOnlyCollection<ICreateOnlyHandler> handlers)
{
    private readonly ConcurrentDictionary<ICreateOnlyHandler, ResourceDefinition> _definitions = new();

    /// <summary>The handler of a path, or null.</summary>
    public ICreateOnlyHandler? Find(RequestPath path)
    {
        var plural = path.Subresource.Length == 0 ? path.Resource : $"{path.Resource}/{path.Subresource}";
        return handlers.FirstOrDefault(h => h.Plural == plural && h.Group == path.Group && h.Version == path.Version);
    }

    /// <summary>Answers.</summary>
    /// <exception cref="ApiException">405 for other methods; what the handler refuses.</exception>
    public async Task<ApiResponse> HandleAsync(
        ICreateOnlyHandler handler, RequestPath path, HttpRequest http, ReadOnlyMemory<byte> body, UserInfo user,
        CancellationToken cancellationToken)
    {
        if (http.Method != "POST") throw ApiErrors.MethodNotAllowed();
        var form = ContentNegotiation.Choose(http.Headers.Accept);
        var resource = _definitions.GetOrAdd(handler, Define);
        var context = WriteOptions.Parse("CreateOptions", path, resource, http.Query, user, http.Headers.UserAgent.ToString());
        var value = BodyDecoder.Decode(body, http.ContentType, context);
        FieldManager.Update(null, value, context.Manager, null, services.Time.GetUtcNow(), resource);
        var answer = await handler.CreateAsync(new CreateOnlyRequest(user, path.Namespace, path.Name, value), cancellationToken);
        return ApiResponse.Object(201, answer, form.ContentType) with { Warnings = context.Warnings };
    }

    private static ResourceDefinition Define(ICreateOnlyHandler handler) => Kinds.Define(
        handler.KindGroup, handler.Version, handler.Kind, handler.Plural, new BuiltInStrategy(TypeCatalog.Get(handler.Kind))) with
    {
        Namespaced = handler.Namespaced,
    };
}
