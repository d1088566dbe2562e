using System.Text.Json.Nodes;
using Operator.Admission;
using Operator.Kubernetes.Serialization;
using Operator.Permissions;

namespace Operator.Tests.Manifests;

/// <summary>Webhook configurations and their Service. The operator fills in the certificate authority.</summary>
internal static class WebhookManifests
{
    private const string Service = WebhookDeclarations.DefaultService;

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

    public static JsonNode Validating() => Document(KubernetesJson.BuiltIn.ToNode(WebhookDeclarations.Validating()));

    public static JsonNode Mutating() => Document(KubernetesJson.BuiltIn.ToNode(WebhookDeclarations.Mutating()));

    private static JsonObject Document(JsonObject declaration)
    {
        declaration["metadata"] = ManifestLabels.Metadata(OperatorPermissions.WebhookConfiguration);
        return declaration;
    }
}
