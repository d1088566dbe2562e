using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.OpenApi;

/// <summary>One operation of the API.</summary>
/// <param name="Method">The HTTP method, in lower case.</param>
/// <param name="Action">The value of <c>x-kubernetes-action</c>: <c>list</c>, <c>get</c>, <c>post</c>, <c>put</c>, <c>patch</c>, <c>delete</c>, <c>deletecollection</c>.</param>
/// <param name="Kind">The kind that the body has.</param>
/// <param name="Parameters">The query parameters beside the path's.</param>
internal sealed record ApiOperation(string Method, string Action, string Kind, IReadOnlyList<ApiParameter> Parameters);

/// <summary>One query or path parameter.</summary>
internal sealed record ApiParameter(string Name, string Type, string Description, bool IsInPath = false);

/// <summary>The paths of a resource and what can be done there.</summary>
internal static class ResourcePaths
{
    private static readonly ApiParameter DryRun = new("dryRun", "string", "All: check everything and store nothing.");
    private static readonly ApiParameter Manager = new("fieldManager", "string", "The name that comes to own the fields.");
    private static readonly ApiParameter Validation = new("fieldValidation", "string", "Ignore, Warn or Strict: what happens to unknown and repeated fields.");
    private static readonly ApiParameter Force = new("force", "boolean", "Whether an apply takes fields from other managers.");
    private static readonly ApiParameter Pretty = new("pretty", "string", "Whether the answer is indented.");

    private static readonly ApiParameter[] Write = [DryRun, Manager, Validation, Pretty];

    private static readonly ApiParameter[] List =
    [
        new("allowWatchBookmarks", "boolean", "Whether a watch may send bookmarks."), new("continue", "string", "The token of the next page."),
        new("fieldSelector", "string", "Which field values to select."), new("labelSelector", "string", "Which labels to select."),
        new("limit", "integer", "The most objects of a page."), new("resourceVersion", "string", "The version to start from."),
        new("resourceVersionMatch", "string", "How the version is meant."), new("sendInitialEvents", "boolean", "Whether a watch starts with the present objects."),
        new("timeoutSeconds", "integer", "How long a watch lasts."), new("watch", "boolean", "Whether to stream changes."),
    ];

    private static readonly ApiParameter[] Delete =
    [
        DryRun, new("gracePeriodSeconds", "integer", "Seconds for a graceful end."), new("propagationPolicy", "string", "What happens to dependents."),
        new("orphanDependents", "boolean", "Superseded by propagationPolicy."),
    ];

    /// <summary>The paths with their operations, in order.</summary>
    public static IEnumerable<(string Path, IReadOnlyList<ApiOperation> Operations)> Of(ResourceDefinition definition)
    {
        var root = definition.Group.Length == 0 ? $"/api/{definition.Version}" : $"/apis/{definition.Group}/{definition.Version}";
        var collection = $"{root}/{(definition.Namespaced ? "namespaces/{namespace}/" : "")}{definition.Plural}";
        yield return (collection, Operations(definition, definition.Kind,
            ("get", "list", "list", List), ("post", "create", "post", Write), ("delete", "deletecollection", "deletecollection", [.. List, .. Delete])));
        var item = collection + "/{name}";
        var patch = Write.Append(Force).ToArray();
        yield return (item, Operations(definition, definition.Kind,
            ("get", "get", "get", [Pretty]), ("put", "update", "put", Write), ("patch", "patch", "patch", patch), ("delete", "delete", "delete", Delete)));
        if (definition.HasStatus)
        {
            yield return (item + "/status", Operations(definition, definition.Kind, ("get", "get", "get", [Pretty]), ("put", "update", "put", Write), ("patch", "patch", "patch", patch)));
        }

        if (definition.Scale is not null)
        {
            yield return (item + "/scale", Operations(definition, "Scale", ("get", "get", "get", [Pretty]), ("put", "update", "put", Write), ("patch", "patch", "patch", patch)));
        }

        if (definition.Namespaced && definition.Verbs.Contains("list"))
        {
            yield return ($"{root}/{definition.Plural}", Operations(definition, definition.Kind, ("get", "list", "list", List)));
        }
    }

    /// <summary>The parameters in a path.</summary>
    public static IEnumerable<ApiParameter> InPath(string path)
    {
        if (path.Contains("{name}", StringComparison.Ordinal))
        {
            yield return new("name", "string", "The object's name.", IsInPath: true);
        }

        if (path.Contains("{namespace}", StringComparison.Ordinal))
        {
            yield return new("namespace", "string", "The object's namespace.", IsInPath: true);
        }
    }

    /// <summary>The media types of a patch; custom resources know no strategic merge.</summary>
    public static IReadOnlyList<string> PatchTypes(ResourceDefinition definition) => definition.IsCustom
        ? ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"]
        : ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/apply-patch+yaml"];

    /// <summary>The extensions of an operation.</summary>
    public static void Extend(JsonObject operation, ResourceDefinition definition, ApiOperation what)
    {
        operation["x-kubernetes-action"] = what.Action;
        operation["x-kubernetes-group-version-kind"] = what.Kind == "Scale"
            ? new JsonObject { ["group"] = "autoscaling", ["kind"] = "Scale", ["version"] = "v1" }
            : ComponentSchemas.KindExtension(definition);
    }

    private static List<ApiOperation> Operations(
        ResourceDefinition definition, string kind, params (string Method, string Verb, string Action, IReadOnlyList<ApiParameter> Parameters)[] all) =>
        [.. all.Where(one => definition.Verbs.Contains(one.Verb)).Select(one => new ApiOperation(one.Method, one.Action, kind, one.Parameters))];
}
