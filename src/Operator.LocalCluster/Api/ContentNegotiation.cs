using System.Globalization;

namespace Operator.LocalCluster.Api;

/// <summary>The form in which objects are answered.</summary>
internal enum ResponseForm
{
    /// <summary>The objects themselves.</summary>
    Objects,

    /// <summary>A <c>meta.k8s.io</c> Table.</summary>
    Table,

    /// <summary>Metadata alone.</summary>
    PartialObjectMetadata,
}

/// <summary>How a request wants its answer.</summary>
/// <param name="Form">Objects, tables or metadata.</param>
/// <param name="MetaVersion">The version of <c>meta.k8s.io</c> for the last two forms.</param>
/// <param name="ContentType">The media type of the answer.</param>
internal readonly record struct AcceptedForm(ResponseForm Form, string MetaVersion, string ContentType)
{
    /// <summary>Objects as JSON.</summary>
    public static AcceptedForm Json { get; } = new(ResponseForm.Objects, "v1", ContentNegotiation.Json);
}

/// <summary>Chooses the answer's form by the Accept header.</summary>
internal static class ContentNegotiation
{
    /// <summary>The media type of JSON.</summary>
    public const string Json = "application/json";

    /// <summary>The media type of YAML; the answer is JSON, which is YAML too.</summary>
    public const string Yaml = "application/yaml";

    /// <summary>The media type of the protobuf encoding, which is read but not answered.</summary>
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    /// <summary>The form of an answer with objects.</summary>
    /// <exception cref="ApiException">406: none of the asked forms can be answered.</exception>
    public static AcceptedForm Choose(string? accept)
    {
        foreach (var clause in Clauses(accept))
        {
            if (MediaTypeOf(clause) is not { } mediaType) continue;
            if (!clause.Parameters.TryGetValue("as", out var form)) return new(ResponseForm.Objects, "v1", mediaType);
            if (clause.Parameters.GetValueOrDefault("g") != "meta.k8s.io") continue;
            var version = clause.Parameters.GetValueOrDefault("v", "");
            if (version is not ("v1" or "v1beta1")) continue;
            if (form == "Table") return new(ResponseForm.Table, version, mediaType);
            if (form is "PartialObjectMetadata" or "PartialObjectMetadataList") return new(ResponseForm.PartialObjectMetadata, version, mediaType);
        }
        throw ApiErrors.NotAcceptable(Json, Yaml, Protobuf);
    }

    /// <summary>The clauses of an Accept header, the preferred one first.</summary>
    public static IEnumerable<AcceptClause> Clauses(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept)) return [new AcceptClause("*/*", new Dictionary<string, string>(), 1)];
        return accept.Split(',').Select(ParseClause).OrderByDescending(c => c.Quality);
    }

    /// <summary>The media type that a clause of JSON, YAML or a wildcard is answered with; null for others.</summary>
    public static string? MediaTypeOf(AcceptClause clause) => clause.MediaType switch
    {
        "*/*" or "application/*" or Json => Json,
        Yaml => Yaml,
        _ => null,
    };

    private static AcceptClause ParseClause(string text)
    {
        var parts = text.Split(';', StringSplitOptions.TrimEntries);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in parts.Skip(1))
        {
            var equal = part.IndexOf('=', StringComparison.Ordinal);
            if (equal > 0) parameters[part[..equal].Trim()] = part[(equal + 1)..].Trim().Trim('"');
        }
        var quality = parameters.TryGetValue("q", out var q) && double.TryParse(q, CultureInfo.InvariantCulture, out var number) ? number : 1;
        return new AcceptClause(parts[0].ToLowerInvariant(), parameters, quality);
    }
}

/// <summary>One clause of an Accept header.</summary>
/// <param name="MediaType">The media range in lower case.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Quality">Its weight, 0 to 1.</param>
internal sealed record AcceptClause(string MediaType, IReadOnlyDictionary<string, string> Parameters, double Quality);
