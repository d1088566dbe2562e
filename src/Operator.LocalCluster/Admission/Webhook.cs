using System.Text.Json.Nodes;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Admission;

/// <summary>One webhook of a configuration.</summary>
internal sealed class Webhook(JsonObject source)
{
    /// <summary>The name that errors show.</summary>
    public string Name { get; } = source.Text("name") ?? "";

    /// <summary>Where it is called.</summary>
    public JsonObject ClientConfig { get; } = source.Child("clientConfig") ?? [];

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Timeout { get; } = TimeSpan.FromSeconds(source.Number("timeoutSeconds") ?? 10);

    /// <summary>Whether a webhook that cannot be reached is passed over.</summary>
    public bool IgnoresFailure { get; } = source.Text("failurePolicy") == "Ignore";

    /// <summary>Whether it is called again when a later webhook changed the object.</summary>
    public bool Reinvokes { get; } = source.Text("reinvocationPolicy") == "IfNeeded";

    /// <summary>Whether it may be called for a dry run.</summary>
    public bool AllowsDryRun { get; } = source.Text("sideEffects") is "None" or "NoneOnDryRun";

    /// <summary>The form of the review that is sent: v1 where it is accepted, else v1beta1.</summary>
    public string ReviewVersion { get; } = source.Texts("admissionReviewVersions").FirstOrDefault(version => version is "v1" or "v1beta1") ?? "v1";

    /// <summary>
    /// The form in which the object is sent: the requested one, or with matchPolicy Equivalent another served version that the rules name.
    /// Null when the rules do not match. matchConditions are CEL and not evaluated: such a webhook is called whenever the rest matches.
    /// </summary>
    public ResourceDefinition? Match(AdmissionRequest request, IEnumerable<ResourceDefinition> served)
    {
        if (Matches(request, request.Resource))
            return request.Resource;
        if (source.Text("matchPolicy") == "Exact")
            return null;
        return served.FirstOrDefault(other =>
            other.StorageKey == request.Resource.StorageKey && other != request.Resource && Matches(request, other));
    }

    /// <summary>Whether the selectors match.</summary>
    /// <param name="request">The request.</param>
    /// <param name="namespaceLabels">The labels of the namespace; null for cluster-scoped objects, which always match.</param>
    public bool Selects(AdmissionRequest request, JsonObject? namespaceLabels)
    {
        if (source.Child("namespaceSelector") is { Count: > 0 } byNamespace
            && namespaceLabels is not null && !LabelSelection.Matches(byNamespace, namespaceLabels))
        {
            return false;
        }
        if (source.Child("objectSelector") is not { Count: > 0 } byObject)
            return true;
        return ((JsonObject?[])[request.Object, request.OldObject])
            .Any(value => value is not null && LabelSelection.Matches(byObject, value.Child("metadata", "labels")));
    }

    private bool Matches(AdmissionRequest request, ResourceDefinition resource) =>
        source.Children("rules").Any(rule =>
            Has(rule, "operations", request.Operation) && Has(rule, "apiGroups", resource.Group) && Has(rule, "apiVersions", resource.Version)
            && InScope(rule, request) && rule.Texts("resources").Any(pattern => Covers(pattern, resource.Plural, request.Subresource)));

    private static bool InScope(JsonObject rule, AdmissionRequest request) => rule.Text("scope") switch
    {
        // A namespace is not in a namespace, though its requests carry one.
        "Cluster" => !request.Resource.Namespaced,
        "Namespaced" => request.Resource.Namespaced,
        _ => true,
    };

    private static bool Has(JsonObject rule, string list, string value) => rule.Texts(list).Any(item => item == "*" || item == value);

    private static bool Covers(string pattern, string plural, string? subresource)
    {
        var slash = pattern.IndexOf('/', StringComparison.Ordinal);
        var (resource, part) = slash < 0 ? (pattern, "") : (pattern[..slash], pattern[(slash + 1)..]);
        return (resource == "*" || resource == plural) && (part == "*" || part == (subresource ?? ""));
    }
}
