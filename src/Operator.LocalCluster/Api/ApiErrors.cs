using System.Globalization;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Api;

/// <summary>The errors of the API in the words of a real server.</summary>
internal static class ApiErrors
{
    /// <summary>400: the request itself is wrong.</summary>
    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>404: no such object.</summary>
    public static ApiException NotFound(ResourceDefinition resource, string name) =>
        NotFound(resource.Group, resource.Plural, name);

    /// <summary>404: no such object.</summary>
    public static ApiException NotFound(string group, string plural, string name) =>
        new(404, "NotFound", $"{Qualified(group, plural)} \"{name}\" not found", Details(name, group, plural));

    /// <summary>409: an object of this name exists.</summary>
    public static ApiException AlreadyExists(ResourceDefinition resource, string name) =>
        new(409, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists", Details(name, resource.Group, resource.Plural));

    /// <summary>409: somebody else was faster, or a precondition does not hold.</summary>
    public static ApiException Conflict(ResourceDefinition resource, string name, string reason) => new(
        409, "Conflict", $"Operation cannot be fulfilled on {resource.QualifiedName} \"{name}\": {reason}",
        Details(name, resource.Group, resource.Plural));

    /// <summary>409: the resourceVersion is not that of the stored object.</summary>
    public static ApiException Modified(ResourceDefinition resource, string name) => Conflict(
        resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    /// <summary>409: a precondition of a deletion does not hold; this error names the kind.</summary>
    public static ApiException Precondition(ResourceDefinition resource, string name, string reason) => new(
        409, "Conflict", $"Operation cannot be fulfilled on {Qualified(resource.Group, resource.Kind)} \"{name}\": {reason}",
        Details(name, resource.Group, resource.Kind));

    /// <summary>403: not allowed, for a reason.</summary>
    public static ApiException Forbidden(ResourceDefinition resource, string name, string reason) => new(
        403, "Forbidden", $"{resource.QualifiedName} \"{name}\" is forbidden: {reason}", Details(name, resource.Group, resource.Plural));

    /// <summary>422: fields are wrong.</summary>
    public static ApiException Invalid(string group, string kind, string name, IReadOnlyList<FieldError> errors)
    {
        // Equal texts are named once; the causes below keep them all.
        var texts = errors.Select(e => $"{e.Field}: {e.Message}").Distinct().ToList();
        var message = $"{Qualified(group, kind)} \"{name}\" is invalid: " + (texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]");
        var details = Details(name, group, kind);
        details["causes"] = new JsonArray([.. errors.Select(e => new JsonObject
        {
            ["reason"] = e.Reason, ["message"] = e.Message, ["field"] = e.Field,
        })]);
        return new ApiException(422, "Invalid", message, details);
    }

    /// <summary>406: a document has one form, which is not asked for.</summary>
    public static ApiException OneFormOnly(string type) =>
        new(406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: {type}", []);

    /// <summary>405: the resource does not know the verb.</summary>
    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    /// <summary>415: the body's media type is not one of those.</summary>
    public static ApiException UnsupportedMediaType(params IEnumerable<string> accepted) => new(
        415, "UnsupportedMediaType",
        $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");

    /// <summary>406: none of the media types of the Accept header can be sent.</summary>
    public static ApiException NotAcceptable(params IEnumerable<string> offered) => new(
        406, "NotAcceptable", $"only the following media types are accepted: {string.Join(", ", offered)}");

    /// <summary>413: the body is longer than <paramref name="limit"/> bytes.</summary>
    public static ApiException TooLarge(long limit) => new(
        413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>410: the version is older than the history.</summary>
    public static ApiException Expired(string message) => new(410, "Expired", message);

    /// <summary>410 for a watch that starts too far back.</summary>
    public static ApiException TooOld(long requested, long compacted) => Expired(
        string.Create(CultureInfo.InvariantCulture, $"too old resource version: {requested} ({compacted})"));

    /// <summary>504: a version that has not happened yet.</summary>
    public static ApiException TooLargeVersion(long requested, long current) => new(
        504, "Timeout",
        string.Create(CultureInfo.InvariantCulture, $"Timeout: Too large resource version: {requested}, current: {current}"),
        new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject
            {
                ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version",
            }),
            ["retryAfterSeconds"] = 1,
        });

    /// <summary>500 in the words of the server.</summary>
    public static ApiException Internal(string message) => new(500, "InternalError", $"Internal error occurred: {message}", new JsonObject
    {
        ["causes"] = new JsonArray(new JsonObject { ["message"] = message }),
    });

    /// <summary>The name of a resource or kind with its group behind it.</summary>
    public static string Qualified(string group, string name) => group.Length == 0 ? name : $"{name}.{group}";

    /// <summary>Status details; empty parts are left out.</summary>
    public static JsonObject Details(string name, string group, string kind)
    {
        var details = new JsonObject();
        if (name.Length > 0) details["name"] = name;
        if (group.Length > 0) details["group"] = group;
        if (kind.Length > 0) details["kind"] = kind;
        return details;
    }
}
