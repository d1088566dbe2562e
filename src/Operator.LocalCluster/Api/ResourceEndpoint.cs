using Microsoft.AspNetCore.Http;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Faults;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Storage;
using Operator.LocalCluster.Tables;
using Operator.LocalCluster.Watching;

namespace Operator.LocalCluster.Api;

/// <summary>Answers the requests that name a resource.</summary>
internal sealed class ResourceEndpoint(ApiServices services, ActiveWatches watches, TimeSpan bookmarkInterval)
{
    private readonly CreateVerb _create = new(services);
    private readonly UpdateVerb _update = new(services);
    private readonly PatchVerb _patch = new(services);
    private readonly DeleteVerb _delete = new(services);
    private readonly ListVerb _list = new(services.Store);
    private readonly ScaleVerb _scale = new(services);

    /// <summary>One request with everything that its answer depends on.</summary>
    public sealed record Call(
        HttpRequest Http, RequestPath Path, ResourceDefinition Resource, string Verb, UserInfo User, ReadOnlyMemory<byte> Body,
        ClusterRequest Log);

    /// <summary>The verb of a request: get, list, watch, create, update, patch, delete or deletecollection.</summary>
    public static string VerbOf(HttpRequest http, RequestPath path) => http.Method switch
    {
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => path.Name.Length > 0 ? "delete" : "deletecollection",
        "GET" or "HEAD" when path.Subresource.Length == 0 && http.Query["watch"] is [{ } watch] && watch is not ("false" or "0") => "watch",
        "GET" or "HEAD" => path.Name.Length > 0 ? "get" : "list",
        _ => http.Method.ToLowerInvariant(),
    };

    /// <summary>Answers.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public async Task<ApiResponse> HandleAsync(Call call, CancellationToken cancellationToken)
    {
        var form = ContentNegotiation.Choose(call.Http.Headers.Accept);
        CheckVerb(call);
        if (call.Path.Subresource == "scale" && call.Resource.Scale is not null) return await ScaleAsync(call, form, cancellationToken);
        return call.Verb switch
        {
            "get" => Get(call, form),
            "list" => await ListAsync(call, form),
            "watch" => Watch(call, form),
            "create" => await CreateAsync(call, form, cancellationToken),
            "update" => await UpdateAsync(call, form, cancellationToken),
            "patch" => await PatchAsync(call, form, cancellationToken),
            "delete" => await DeleteAsync(call, form, cancellationToken),
            "deletecollection" => await DeleteCollectionAsync(call, form, cancellationToken),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private static void CheckVerb(Call call)
    {
        var (path, resource) = (call.Path, call.Resource);
        if (path.Subresource.Length > 0)
        {
            var known = path.Subresource switch
            {
                "status" => resource.HasStatus,
                "scale" => resource.Scale is not null,
                _ => resource.Subresources.Any(s => s.Name == path.Subresource),
            };
            if (!known) throw new ApiException(404, "NotFound", "the server could not find the requested resource", []);
            var verbs = resource.Subresources.FirstOrDefault(s => s.Name == path.Subresource)?.Verbs ?? ["get", "patch", "update"];
            if (!verbs.Contains(call.Verb)) throw ApiErrors.MethodNotAllowed();
            return;
        }
        if (!resource.Verbs.Contains(call.Verb)) throw ApiErrors.MethodNotAllowed();
        if (call.Verb is "create" && path.Name.Length > 0 && !resource.IsCustom) throw ApiErrors.MethodNotAllowed();
        if (call.Verb is "update" or "patch" && path.Name.Length == 0) throw ApiErrors.MethodNotAllowed();
        if (resource.Namespaced && path.Namespace.Length == 0 && (path.Name.Length > 0 || call.Verb is "create" or "deletecollection"))
        {
            if (call.Verb == "create") throw ApiErrors.BadRequest("an empty namespace may not be set during creation");
            throw ApiErrors.MethodNotAllowed();
        }
    }

    private ApiResponse Get(Call call, AcceptedForm form)
    {
        var stored = services.Store.Get(call.Resource.StorageKey, call.Path.Namespace, call.Path.Name)
            ?? throw ApiErrors.NotFound(call.Resource, call.Path.Name);
        return form.Form == ResponseForm.Objects
            ? ApiResponse.Json(200, ObjectVersions.Render(stored, call.Resource), form.ContentType)
            : ObjectForms.One(call.Resource, form, stored, Include(call), services.Time.GetUtcNow());
    }

    private Task<ApiResponse> ListAsync(Call call, AcceptedForm form)
    {
        var options = ListOptions.Parse(call.Http.Query, call.Resource);
        var stale = services.Faults.Find(FaultAction.StaleList, call.Log)?.Revision;
        var page = _list.List(call.Resource, call.Path.Namespace, options, stale);
        return Task.FromResult(Page(call, form, page, options.IncludeObject));
    }

    private ApiResponse Page(Call call, AcceptedForm form, ListVerb.Page page, string include) => form.Form == ResponseForm.Objects
        ? new ApiResponse
        {
            Status = 200,
            ContentType = form.ContentType,
            Stream = (writer, token) => ObjectListWriter.WriteAsync(writer, call.Resource, page, token),
        }
        : ObjectForms.Many(call.Resource, form, page, include, services.Time.GetUtcNow());

    private ApiResponse Watch(Call call, AcceptedForm form)
    {
        var options = ListOptions.Parse(call.Http.Query, call.Resource, call.Path.Name) with { Watch = true };
        var encoder = form.Form == ResponseForm.Objects
            ? new ObjectWatchEncoder(call.Resource)
            : (IWatchEncoder)new FormWatchEncoder(call.Resource, form, options.IncludeObject, services.Time);
        // The version is checked before the answer starts: what is no number is an error of its own.
        options.Version();
        return new ApiResponse
        {
            Status = 200,
            ContentType = form.ContentType,
            IsWatch = true,
            Stream = async (writer, token) =>
            {
                WatchSession session;
                try
                {
                    session = new WatchSession(services, call.Resource, call.Path.Namespace, options, encoder, call.Log);
                }
                catch (RevisionExpiredException error)
                {
                    encoder.Error(writer, ApiErrors.TooOld(error.Requested, error.Compacted));
                    await writer.FlushAsync(token);
                    return;
                }
                using (session)
                {
                    watches.Add(session, call.Log);
                    void EndWhenGone()
                    {
                        if (services.Registry.Find(call.Resource.Group, call.Resource.Version, call.Resource.Plural) is null)
                            session.End(WatchEnding.Close);
                    }
                    services.Registry.Changed += EndWhenGone;
                    try
                    {
                        await session.RunAsync(writer, bookmarkInterval, token);
                    }
                    finally
                    {
                        services.Registry.Changed -= EndWhenGone;
                        watches.Remove(session);
                    }
                }
            },
        };
    }

    private async Task<ApiResponse> CreateAsync(Call call, AcceptedForm form, CancellationToken cancellationToken)
    {
        var context = Context(call, "CreateOptions");
        var value = BodyDecoder.Decode(call.Body, call.Http.ContentType, context);
        return Answer(call, form, context, await _create.CreateAsync(context, value, track: true, cancellationToken));
    }

    private async Task<ApiResponse> UpdateAsync(Call call, AcceptedForm form, CancellationToken cancellationToken)
    {
        var context = Context(call, "UpdateOptions");
        var value = BodyDecoder.Decode(call.Body, call.Http.ContentType, context);
        return Answer(call, form, context, await _update.ReplaceAsync(context, value, cancellationToken));
    }

    private async Task<ApiResponse> PatchAsync(Call call, AcceptedForm form, CancellationToken cancellationToken)
    {
        var mediaType = BodyDecoder.MediaType(call.Http.ContentType);
        PatchVerb.CheckType(mediaType, call.Resource);
        var context = Context(call, "PatchOptions", mediaType == PatchVerb.ApplyType);
        return Answer(call, form, context, await _patch.PatchAsync(context, call.Body, mediaType, cancellationToken));
    }

    private async Task<ApiResponse> DeleteAsync(Call call, AcceptedForm form, CancellationToken cancellationToken)
    {
        var options = DeleteOptions.Parse(BodyDecoder.DecodeOptions(call.Body, call.Http.ContentType), call.Http.Query);
        var context = DeleteContext(call, call.Path.Name, options);
        var outcome = await _delete.DeleteAsync(context, options, cancellationToken);
        var answersStatus = outcome.Removed && !call.Resource.Strategy.ReturnsDeletedObject;
        return answersStatus
            ? ApiResponse.Object(200, StatusObjects.Deleted(call.Resource, call.Path.Name, ObjectMetadata.Text(outcome.Object, "uid")))
                with { Warnings = context.Warnings }
            : Answer(call, form, context, new(200, outcome.Object));
    }

    private async Task<ApiResponse> DeleteCollectionAsync(Call call, AcceptedForm form, CancellationToken cancellationToken)
    {
        var options = DeleteOptions.Parse(BodyDecoder.DecodeOptions(call.Body, call.Http.ContentType), call.Http.Query);
        var listOptions = ListOptions.Parse(call.Http.Query, call.Resource);
        var page = _list.List(call.Resource, call.Path.Namespace, listOptions);
        var warnings = new List<string>();
        foreach (var stored in page.Objects)
        {
            var context = DeleteContext(call, stored.Name, options);
            try
            {
                await _delete.DeleteAsync(context, options, cancellationToken);
            }
            catch (ApiException error) when (error.Code == 404)
            {
                // Somebody else deleted it meanwhile: that is what was asked for.
                continue;
            }
            warnings.AddRange(context.Warnings);
        }
        return Page(call, form, page, listOptions.IncludeObject) with { Warnings = [.. warnings.Distinct()] };
    }

    private async Task<ApiResponse> ScaleAsync(Call call, AcceptedForm form, CancellationToken cancellationToken)
    {
        switch (call.Verb)
        {
            case "get":
                return ApiResponse.Object(200, _scale.Get(call.Resource, call.Path.Namespace, call.Path.Name), form.ContentType);
            case "update":
            {
                var context = Context(call, "UpdateOptions");
                var scaled = await _scale.UpdateAsync(context, call.Body, call.Http.ContentType, cancellationToken);
                return ApiResponse.Object(200, scaled, form.ContentType) with { Warnings = context.Warnings };
            }
            case "patch":
            {
                var mediaType = BodyDecoder.MediaType(call.Http.ContentType);
                PatchVerb.CheckType(mediaType, call.Resource);
                var context = Context(call, "PatchOptions", mediaType == PatchVerb.ApplyType);
                var scaled = await _scale.PatchAsync(context, call.Body, mediaType, cancellationToken);
                return ApiResponse.Object(200, scaled, form.ContentType) with { Warnings = context.Warnings };
            }
            default:
                throw ApiErrors.MethodNotAllowed();
        }
    }

    private ApiResponse Answer(Call call, AcceptedForm form, WriteContext context, WriteResult result)
    {
        var json = ObjectWriter.Write(result.Object, call.Resource.IsCustom);
        var answer = form.Form == ResponseForm.Objects
            ? ApiResponse.Json(result.Status, json, form.ContentType)
            : ObjectForms.One(call.Resource, form, result.Object, Include(call), services.Time.GetUtcNow()) with { Status = result.Status };
        return answer with { Warnings = [.. context.Warnings.Distinct()] };
    }

    private static WriteContext Context(Call call, string kind, bool apply = false) =>
        WriteOptions.Parse(kind, call.Path, call.Resource, call.Http.Query, call.User, call.Http.Headers.UserAgent.ToString(), apply);

    private static WriteContext DeleteContext(Call call, string name, DeleteOptions options) => new()
    {
        Resource = call.Resource,
        Namespace = call.Path.Namespace,
        Name = name,
        User = call.User,
        DryRun = options.DryRun,
        Options = options.Source,
    };

    private static string Include(Call call) =>
        (string?)call.Http.Query["includeObject"] is { Length: > 0 } include ? include : "Metadata";
}
