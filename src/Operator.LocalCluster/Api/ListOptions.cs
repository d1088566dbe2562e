using System.Globalization;
using Microsoft.AspNetCore.Http;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Selectors;

namespace Operator.LocalCluster.Api;

/// <summary>What a list or watch asks for.</summary>
internal sealed record ListOptions
{
    /// <summary>The label selector.</summary>
    public LabelSelector Labels { get; init; } = LabelSelector.Everything;

    /// <summary>The field selector.</summary>
    public required FieldSelector Fields { get; init; }

    /// <summary>The longest page; 0 for no paging.</summary>
    public int Limit { get; init; }

    /// <summary>The token of the next page; empty for the first one.</summary>
    public string Continue { get; init; } = "";

    /// <summary>resourceVersion as it was sent; empty where it was not.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>Exact, NotOlderThan or empty.</summary>
    public string ResourceVersionMatch { get; init; } = "";

    /// <summary>Whether this is a watch.</summary>
    public bool Watch { get; init; }

    /// <summary>Whether a watch wants bookmarks.</summary>
    public bool AllowBookmarks { get; init; }

    /// <summary>Whether a watch starts with the present objects; null where the request does not say.</summary>
    public bool? SendInitialEvents { get; init; }

    /// <summary>After which time the server ends a watch; null for its own choice.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How much of the objects a table carries: Metadata, Object or None.</summary>
    public string IncludeObject { get; init; } = "Metadata";

    /// <summary>Reads the query.</summary>
    /// <exception cref="ApiException">400 or 422: an option is wrong.</exception>
    public static ListOptions Parse(IQueryCollection query, ResourceDefinition resource, string name = "")
    {
        var fields = (string?)query["fieldSelector"];
        if (name.Length > 0) fields = string.IsNullOrEmpty(fields) ? $"metadata.name={name}" : $"{fields},metadata.name={name}";
        var options = new ListOptions
        {
            Labels = LabelSelector.Parse(query["labelSelector"]),
            Fields = FieldSelector.Parse(fields, resource),
            Limit = (int)Math.Clamp(Number(query, "limit") ?? 0, 0, int.MaxValue),
            Continue = (string?)query["continue"] ?? "",
            ResourceVersion = (string?)query["resourceVersion"] ?? "",
            ResourceVersionMatch = (string?)query["resourceVersionMatch"] ?? "",
            Watch = Flag(query, "watch") ?? false,
            AllowBookmarks = Flag(query, "allowWatchBookmarks") ?? false,
            SendInitialEvents = Flag(query, "sendInitialEvents"),
            Timeout = Number(query, "timeoutSeconds") is > 0 and var seconds ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400)) : null,
            IncludeObject = (string?)query["includeObject"] is { Length: > 0 } include ? include : "Metadata",
        };
        options.Check();
        return options;
    }

    /// <summary>The version as a number; null where none was sent.</summary>
    /// <exception cref="ApiException">500, as a real server answers: not a number.</exception>
    public long? Version()
    {
        if (ResourceVersion.Length == 0) return null;
        return ulong.TryParse(ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version <= long.MaxValue
            ? (long)version
            : throw new ApiException(
                500, "", $"resourceVersion: Invalid value: \"{ResourceVersion}\": strconv.ParseUint: parsing \"{ResourceVersion}\": invalid syntax");
    }

    private void Check()
    {
        var errors = new List<FieldError>();
        if (ResourceVersionMatch.Length > 0 && Watch && SendInitialEvents is null)
            errors.Add(Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
        if (SendInitialEvents is not null && !Watch)
            errors.Add(Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        if (SendInitialEvents is not null && Watch && ResourceVersionMatch != "NotOlderThan")
            errors.Add(Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
        if (ResourceVersionMatch is not ("" or "Exact" or "NotOlderThan"))
        {
            errors.Add(new(
                "resourceVersionMatch", "FieldValueNotSupported",
                $"Unsupported value: \"{ResourceVersionMatch}\": supported values: \"Exact\", \"NotOlderThan\", \"\""));
        }
        if (!Watch && ResourceVersionMatch.Length > 0)
        {
            if (ResourceVersion.Length == 0)
                errors.Add(Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided"));
            if (Continue.Length > 0)
                errors.Add(Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided"));
            if (ResourceVersionMatch == "Exact" && ResourceVersion == "0")
                errors.Add(Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
        }
        if (errors.Count > 0) throw ApiErrors.Invalid("meta.k8s.io", "ListOptions", "", errors);
    }

    private static FieldError Forbidden(string field, string reason) => new(field, "FieldValueForbidden", "Forbidden: " + reason);

    private static bool? Flag(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var text)) return null;
        return (string?)text is not ("false" or "0" or "False" or "FALSE" or "f" or "F");
    }

    private static long? Number(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var text) || string.IsNullOrEmpty(text)) return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");
    }
}
