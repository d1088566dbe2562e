using System.Text.Json.Nodes;

namespace Operator.Tests.Manifests;

/// <summary>The operator's namespace, Deployment, disruption budget and Services.</summary>
internal static class ManagerManifests
{
    private const string Image = "claude-operator:0.1.0";

    public static JsonNode Namespace()
    {
        var metadata = ManifestLabels.Metadata(ManifestLabels.Namespace);
        foreach (var mode in new[] { "enforce", "audit", "warn" }) metadata["labels"]![$"pod-security.kubernetes.io/{mode}"] = "restricted";
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = metadata };
    }

    public static JsonNode Deployment() => new JsonObject
    {
        ["apiVersion"] = "apps/v1",
        ["kind"] = "Deployment",
        ["metadata"] = ManifestLabels.Metadata(ManifestLabels.Name, ManifestLabels.Namespace),
        ["spec"] = new JsonObject
        {
            ["replicas"] = 2,
            ["selector"] = new JsonObject { ["matchLabels"] = ManifestLabels.Selector() },
            ["template"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = ManifestLabels.Selector() },
                ["spec"] = PodSpec(),
            },
        },
    };

    /// <summary>One at a time: with a single replica, at least one available would block every drain of its node.</summary>
    public static JsonNode DisruptionBudget() => new JsonObject
    {
        ["apiVersion"] = "policy/v1",
        ["kind"] = "PodDisruptionBudget",
        ["metadata"] = ManifestLabels.Metadata(ManifestLabels.Name, ManifestLabels.Namespace),
        ["spec"] = new JsonObject { ["maxUnavailable"] = 1, ["selector"] = new JsonObject { ["matchLabels"] = ManifestLabels.Selector() } },
    };

    public static JsonNode MetricsService() => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = ManifestLabels.Metadata(ManifestLabels.Name + "-metrics", ManifestLabels.Namespace),
        ["spec"] = new JsonObject
        {
            ["selector"] = ManifestLabels.Selector(),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "metrics", ["port"] = 8080, ["targetPort"] = "metrics", ["protocol"] = "TCP" }),
        },
    };

    /// <summary>What limiters call.</summary>
    public static JsonNode LimiterService() => new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Service",
        ["metadata"] = ManifestLabels.Metadata(ManifestLabels.Name + "-limiters", ManifestLabels.Namespace),
        ["spec"] = new JsonObject
        {
            ["selector"] = ManifestLabels.Selector(),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "channel", ["port"] = 443, ["targetPort"] = "channel", ["protocol"] = "TCP" }),
        },
    };

    private static JsonObject PodSpec() => new()
    {
        ["serviceAccountName"] = ManifestLabels.Name,
        // Longer than the operator's own shutdown, so that it hands its lease over.
        ["terminationGracePeriodSeconds"] = 75,
        ["securityContext"] = new JsonObject
        {
            ["runAsNonRoot"] = true,
            ["runAsUser"] = 65532,
            ["runAsGroup"] = 65532,
            ["fsGroup"] = 65532,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        },
        ["topologySpreadConstraints"] = new JsonArray(new JsonObject
        {
            ["maxSkew"] = 1,
            ["topologyKey"] = "kubernetes.io/hostname",
            ["whenUnsatisfiable"] = "ScheduleAnyway",
            ["labelSelector"] = new JsonObject { ["matchLabels"] = ManifestLabels.Selector() },
        }),
        ["containers"] = new JsonArray(new JsonObject
        {
            ["name"] = "manager",
            ["image"] = Image,
            ["imagePullPolicy"] = "IfNotPresent",
            ["env"] = new JsonArray(FromField("POD_NAME", "metadata.name"), FromField("POD_NAMESPACE", "metadata.namespace"), Set("CLAUDE_OPERATOR_IMAGE", Image), Set("CLAUDE_OPERATOR_LIMITERIMAGE", "claude-limiter:0.1.0")),
            ["ports"] = new JsonArray(Port("webhook", 9443), Port("channel", 9444), Port("health", 8081), Port("metrics", 8080)),
            ["livenessProbe"] = Probe("/healthz", 10, 3),
            ["readinessProbe"] = Probe("/readyz", 5, 1),
            ["startupProbe"] = Probe("/healthz", 2, 30),
            ["resources"] = new JsonObject
            {
                ["requests"] = new JsonObject { ["cpu"] = "100m", ["memory"] = "256Mi" },
                ["limits"] = new JsonObject { ["memory"] = "768Mi" },
            },
            ["securityContext"] = new JsonObject
            {
                ["allowPrivilegeEscalation"] = false,
                ["readOnlyRootFilesystem"] = true,
                ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
            },
            ["volumeMounts"] = new JsonArray(
                new JsonObject { ["name"] = "tmp", ["mountPath"] = "/tmp" },
                new JsonObject { ["name"] = "keys", ["mountPath"] = "/var/run/secrets/claudeops.dev/keys", ["readOnly"] = true }),
        }),
        // The keys need not be there: `api-key` reads dates of models, `admin-key` the limits of quotas whose source is RateLimitsApi.
        ["volumes"] = new JsonArray(
            new JsonObject { ["name"] = "tmp", ["emptyDir"] = new JsonObject { ["sizeLimit"] = "64Mi" } },
            new JsonObject { ["name"] = "keys", ["secret"] = new JsonObject { ["secretName"] = "claude-operator-keys", ["optional"] = true } }),
    };

    private static JsonObject FromField(string name, string path) =>
        new() { ["name"] = name, ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["fieldPath"] = path } } };

    private static JsonObject Set(string name, string value) => new() { ["name"] = name, ["value"] = value };

    private static JsonObject Port(string name, int port) => new() { ["name"] = name, ["containerPort"] = port, ["protocol"] = "TCP" };

    private static JsonObject Probe(string path, int period, int failures) => new()
    {
        ["httpGet"] = new JsonObject { ["path"] = path, ["port"] = "health" },
        ["periodSeconds"] = period,
        ["timeoutSeconds"] = 3,
        ["failureThreshold"] = failures,
    };
}
