using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Operator.Limiter.Forwarding;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Flags;

/// <summary>
/// Answers OpenFeature clients: which prompt version, model and revision a key gets. Evaluations are no calls: they reach no upstream and
/// stand in no call log.
/// </summary>
internal sealed class FlagHandler(LimiterState state)
{
    /// <summary>Where all flags are evaluated; below it, one by its key.</summary>
    public const string Path = "/ofrep/v1/evaluate/flags";

    private const int MaxBytes = 256 * 1024;

    private readonly FlagEvaluator _evaluator = new(state.Variants, state.Random);

    /// <summary>Whether a path is answered here.</summary>
    public static bool Takes(string path) =>
        path.StartsWith(Path, StringComparison.Ordinal) && (path.Length == Path.Length || path[Path.Length] == '/');

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await FailAsync(context, new FlagError(405, "GENERAL", "Flags are evaluated by POST.")).ConfigureAwait(false);
            return;
        }
        var (body, refusal) = await RequestBody.ReadAsync(context.Request, context.RequestAborted, MaxBytes).ConfigureAwait(false);
        if (body is null)
        {
            await FailAsync(context, new FlagError(refusal!.Status, FlagError.Parse, refusal.Message)).ConfigureAwait(false);
            return;
        }
        var (evaluated, error) = FlagContext.Read(body);
        var path = context.Request.Path.Value!;
        if (error is not null) await FailAsync(context, error).ConfigureAwait(false);
        else if (path.Length == Path.Length) await BulkAsync(context, evaluated).ConfigureAwait(false);
        else await SingleAsync(context, path[(Path.Length + 1)..], evaluated).ConfigureAwait(false);
    }

    /// <summary>Answers with a failure of the whole request; nothing may have been sent before.</summary>
    public Task FailAsync(HttpContext context, FlagError error) => WriteAsync(context, error.Status, FlagJson.Failure(error), "refused");

    private Task SingleAsync(HttpContext context, string key, FlagContext evaluated)
    {
        var (deployment, value, missing) = DeploymentFlags.Find(state.Configuration.Current, key);
        var answer = deployment is null ? new FlagAnswer(null, "", "", missing) : _evaluator.Evaluate(deployment, evaluated);
        return WriteAsync(context, answer.Error?.Status ?? 200, FlagJson.Single(key, deployment, value, answer), answer.Error is null ? "answered" : "refused");
    }

    private Task BulkAsync(HttpContext context, FlagContext evaluated)
    {
        var snapshot = state.Configuration.Current;
        if (snapshot.Deployments.Count == 0) return FailAsync(context, FlagError.NoConfiguration);
        var body = FlagJson.Bulk(snapshot, d => _evaluator.Evaluate(d, evaluated));
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body.Span).AsSpan(0, 16))}\"";
        context.Response.Headers.ETag = tag;
        if (!Matches(context.Request.Headers.IfNoneMatch, tag)) return WriteAsync(context, 200, body, "answered");
        state.Counts.Flags("not-modified");
        context.Response.StatusCode = 304;
        return Task.CompletedTask;
    }

    private Task WriteAsync(HttpContext context, int status, ReadOnlyMemory<byte> body, string result)
    {
        state.Counts.Flags(result);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>Whether a caller holds this answer already; compared weakly, as the header's rules are.</summary>
    private static bool Matches(StringValues header, string tag) =>
        EntityTagHeaderValue.TryParseList([.. header.OfType<string>()], out var held)
        && held.Any(h => h.Tag == "*" || h.Tag.Equals(tag, StringComparison.Ordinal));
}
