using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Api;

/// <summary>How to delete.</summary>
internal sealed record DeleteOptions
{
    private const string Orphan = "orphan";
    private const string Foreground = "foregroundDeletion";

    /// <summary>The UID that the object must have; empty for any.</summary>
    public string Uid { get; init; } = "";

    /// <summary>The version that the object must have; empty for any.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>How long the object may take to end; null for its own choice.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary>Background, Foreground or Orphan; empty where the request says nothing.</summary>
    public string PropagationPolicy { get; init; } = "";

    /// <summary>Whether nothing is to be stored.</summary>
    public bool DryRun { get; init; }

    /// <summary>The options as an object, for admission.</summary>
    public JsonObject Source { get; init; } = new() { ["kind"] = "DeleteOptions", ["apiVersion"] = "meta.k8s.io/v1" };

    /// <summary>Reads the body and, where there is none, the query.</summary>
    /// <exception cref="ApiException">400 or 422: the options are wrong.</exception>
    public static DeleteOptions Parse(JsonObject? body, IQueryCollection query)
    {
        if (body is null)
        {
            body = [];
            if (query.TryGetValue("gracePeriodSeconds", out var seconds) && long.TryParse(seconds, CultureInfo.InvariantCulture, out var number))
                body["gracePeriodSeconds"] = number;
            if (query.TryGetValue("propagationPolicy", out var policyText)) body["propagationPolicy"] = (string?)policyText;
            if (query.TryGetValue("orphanDependents", out var orphan)) body["orphanDependents"] = orphan == "true";
            var dryRuns = query["dryRun"].Where(v => !string.IsNullOrEmpty(v)).ToList();
            if (dryRuns.Count > 0) body["dryRun"] = new JsonArray([.. dryRuns.Select(v => JsonValue.Create(v))]);
        }
        return Parse(body);
    }

    /// <summary>Reads a DeleteOptions object.</summary>
    /// <exception cref="ApiException">400 or 422: the options are wrong.</exception>
    public static DeleteOptions Parse(JsonObject body)
    {
        var kind = ObjectMetadata.TextOf(body["kind"]);
        if (kind.Length > 0 && kind != "DeleteOptions")
            throw ApiErrors.BadRequest($"decoded object cannot be converted to DeleteOptions: it is a {kind}");
        var errors = new List<FieldError>();
        var dryRun = WriteOptions.DryRun(body["dryRun"] is JsonArray values ? [.. values.Select(ObjectMetadata.TextOf)] : [], errors);
        var policy = ObjectMetadata.TextOf(body["propagationPolicy"]);
        var orphans = body["orphanDependents"]?.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => (bool?)null,
        };
        if (orphans is not null && policy.Length > 0)
        {
            errors.Add(new(
                "propagationPolicy", "FieldValueInvalid",
                $"Invalid value: \"{policy}\": orphanDependents and deletionPropagation cannot be both set"));
        }
        if (policy is not ("" or "Background" or "Foreground" or "Orphan"))
        {
            errors.Add(new(
                "propagationPolicy", "FieldValueNotSupported",
                $"Unsupported value: \"{policy}\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""));
        }
        if (errors.Count > 0) throw ApiErrors.Invalid("meta.k8s.io", "DeleteOptions", "", errors);

        var source = (JsonObject)body.DeepClone();
        source["kind"] = "DeleteOptions";
        source["apiVersion"] = "meta.k8s.io/v1";
        return new DeleteOptions
        {
            Uid = ObjectMetadata.TextOf(body["preconditions"]?["uid"]),
            ResourceVersion = ObjectMetadata.TextOf(body["preconditions"]?["resourceVersion"]),
            GracePeriodSeconds = ObjectMetadata.Number(body["gracePeriodSeconds"]) is { } grace ? Math.Max(grace, 0) : null,
            PropagationPolicy = policy.Length > 0 ? policy : orphans switch { true => "Orphan", false => "Background", _ => "" },
            DryRun = dryRun,
            Source = source,
        };
    }

    /// <summary>The finalizers after the propagation policy was recorded among them for the garbage collector.</summary>
    public IReadOnlyList<string> Finalizers(IReadOnlyList<string> present) => PropagationPolicy switch
    {
        "Orphan" => [.. present.Where(f => f is not (Orphan or Foreground)), Orphan],
        "Foreground" => [.. present.Where(f => f is not (Orphan or Foreground)), Foreground],
        "Background" => [.. present.Where(f => f is not (Orphan or Foreground))],
        _ => present,
    };
}
