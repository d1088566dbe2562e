using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Permissions;

namespace Operator.Tests.Manifests;

/// <summary>Webhook configurations and their Service. The operator fills in the certificate authority.</summary>
internal static class WebhookManifests
{
    private const string Service = ManifestLabels.Name + "-webhook";

    public static JsonNode ServiceManifest() => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = ManifestLabels.Metadata(Service, ManifestLabels.Namespace),
        ["spec"] = new JsonObject
        {
            ["selector"] = ManifestLabels.Selector(),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "webhook", ["port"] = 443, ["targetPort"] = "webhook", ["protocol"] = "TCP" }),
        },
    };

    public static JsonNode Validating()
    {
        var hooks = new JsonArray();
        foreach (var (kind, plural) in new[] { ("claudedeployment", "claudedeployments"), ("claudequota", "claudequotas"), ("claudeevalrun", "claudeevalruns") })
        {
            hooks.Add(Hook($"{plural}.claudeops.dev", $"/validate/{kind}", ApiGroup.Name, ApiGroup.Version, plural, ["CREATE", "UPDATE"]));
        }
        return Configuration("ValidatingWebhookConfiguration", hooks);
    }

    public static JsonNode Mutating()
    {
        var labelled = Hook("pods.inject.claudeops.dev", "/mutate/pod", "", "v1", "pods", ["CREATE"]);
        labelled["objectSelector"] = new JsonObject { ["matchLabels"] = new JsonObject { [Labels.Inject] = "true" } };
        var inNamespaces = Hook("namespaces.inject.claudeops.dev", "/mutate/pod", "", "v1", "pods", ["CREATE"]);
        inNamespaces["objectSelector"] = new JsonObject { ["matchExpressions"] = new JsonArray(NotIn(Labels.Inject, "true", "false")) };
        inNamespaces["namespaceSelector"]!["matchLabels"] = new JsonObject { [Labels.Inject] = "true" };
        foreach (var hook in new[] { labelled, inNamespaces }) hook["reinvocationPolicy"] = "IfNeeded";
        return Configuration("MutatingWebhookConfiguration", new JsonArray(labelled, inNamespaces));
    }

    private static JsonObject Configuration(string kind, JsonArray hooks) => new()
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = kind,
        ["metadata"] = ManifestLabels.Metadata(OperatorPermissions.WebhookConfiguration),
        ["webhooks"] = hooks,
    };

    // Ignore: the controllers validate again, so an operator that is away neither blocks a sync nor a pod.
    private static JsonObject Hook(string name, string path, string group, string version, string resource, string[] operations) => new()
    {
        ["name"] = name,
        ["admissionReviewVersions"] = new JsonArray("v1"),
        ["clientConfig"] = new JsonObject { ["service"] = new JsonObject { ["namespace"] = ManifestLabels.Namespace, ["name"] = Service, ["path"] = path, ["port"] = 443 } },
        ["rules"] = new JsonArray(new JsonObject
        {
            ["apiGroups"] = new JsonArray(group),
            ["apiVersions"] = new JsonArray(version),
            ["operations"] = new JsonArray([.. operations.Select(o => (JsonNode)o)]),
            ["resources"] = new JsonArray(resource),
            ["scope"] = "Namespaced",
        }),
        ["namespaceSelector"] = new JsonObject
        {
            ["matchExpressions"] = new JsonArray(NotIn("kubernetes.io/metadata.name", ManifestLabels.Namespace, "kube-system")),
        },
        ["failurePolicy"] = "Ignore",
        ["matchPolicy"] = "Equivalent",
        ["sideEffects"] = "None",
        ["timeoutSeconds"] = 5,
    };

    private static JsonObject NotIn(string key, params string[] values) =>
        new() { ["key"] = key, ["operator"] = "NotIn", ["values"] = new JsonArray([.. values.Select(v => (JsonNode)v)]) };
}
