using Operator.Api;
using Operator.Kubernetes.Models;

namespace Operator.Admission;

/// <summary>
/// The operator's webhooks as the API server must know them: <c>config/webhook</c> is generated from here.
/// <para>
/// All of them pass when they cannot be reached. Validation is a service to whoever applies; the CRD's schema and the controllers check
/// again, and what is invalid changes nothing that runs. To refuse while the operator is away would keep people from installing
/// everything at once, from repairing and from deleting. A pod must start with or without its limiter.
/// </para>
/// </summary>
public static class WebhookDeclarations
{
    /// <summary>The namespace of an installation from <c>config/default</c>.</summary>
    public const string DefaultNamespace = "claude-operator-system";

    /// <summary>The Service in front of the webhooks; its port 443 leads to the operator's 9443.</summary>
    public const string DefaultService = "claude-operator-webhook";

    /// <summary>The name of both configurations.</summary>
    public const string DefaultName = "claude-operator";

    private const int ValidationTimeoutSeconds = 5;
    private const int InjectionTimeoutSeconds = 3;
    private const string NamespaceName = "kubernetes.io/metadata.name";

    /// <summary>The kinds that are validated: plural resource, and the last part of the path.</summary>
    internal static IReadOnlyList<(string Resource, string Path, string[] Operations)> Validated { get; } =
    [
        ("claudedeployments", "/validate/claudedeployment", ["CREATE", "UPDATE"]),
        ("claudequotas", "/validate/claudequota", ["CREATE", "UPDATE", "DELETE"]),
        ("claudeevalruns", "/validate/claudeevalrun", ["CREATE", "UPDATE"]),
    ];

    /// <summary>The path of pod injection.</summary>
    internal const string InjectionPath = "/mutate/pod";

    /// <summary>The validating configuration; the bundle is left out, for the operator or cert-manager to fill.</summary>
    /// <param name="namespace">The operator's namespace.</param>
    /// <param name="service">The Service in front of the webhooks.</param>
    /// <param name="name">The configuration's name.</param>
    public static V1ValidatingWebhookConfiguration Validating(
        string @namespace = DefaultNamespace, string service = DefaultService, string name = DefaultName) => new()
    {
        ApiVersion = "admissionregistration.k8s.io/v1",
        Kind = "ValidatingWebhookConfiguration",
        Metadata = Metadata(name),
        Webhooks =
        [
            .. Validated.Select(kind => new V1ValidatingWebhook
            {
                Name = $"{kind.Resource}.{ApiGroup.Name}",
                ClientConfig = Client(@namespace, service, kind.Path),
                Rules = [Rule(ApiGroup.Name, ApiGroup.Version, kind.Resource, kind.Operations)],
                FailurePolicy = "Ignore",
                MatchPolicy = "Equivalent",
                SideEffects = "None",
                TimeoutSeconds = ValidationTimeoutSeconds,
                AdmissionReviewVersions = ["v1"],
            }),
        ],
    };

    /// <summary>The mutating configuration; the bundle is left out, for the operator or cert-manager to fill.</summary>
    /// <param name="namespace">The operator's namespace, whose pods are never matched.</param>
    /// <param name="service">The Service in front of the webhooks.</param>
    /// <param name="name">The configuration's name.</param>
    public static V1MutatingWebhookConfiguration Mutating(
        string @namespace = DefaultNamespace, string service = DefaultService, string name = DefaultName) => new()
    {
        ApiVersion = "admissionregistration.k8s.io/v1",
        Kind = "MutatingWebhookConfiguration",
        Metadata = Metadata(name),
        Webhooks =
        [
            // Pods that ask themselves, wherever they are.
            Injection("labelled", @namespace, service, [], Expression(Labels.Inject, "In", "true")),
            // Pods that a workloadSelector may name: in namespaces that opt in, so that no other pod of the cluster waits for us.
            Injection(
                "selected", @namespace, service, [Expression(Labels.Inject, "In", "true")], Expression(Labels.Inject, "DoesNotExist")),
        ],
    };

    private static V1MutatingWebhook Injection(
        string name, string @namespace, string service, V1LabelSelectorRequirement[] namespaces, V1LabelSelectorRequirement pods) => new()
    {
        Name = $"{name}.pods.{ApiGroup.Name}",
        ClientConfig = Client(@namespace, service, InjectionPath),
        Rules = [Rule("", "v1", "pods", "CREATE")],
        FailurePolicy = "Ignore",
        MatchPolicy = "Equivalent",
        NamespaceSelector = new V1LabelSelector
        {
            MatchExpressions =
            [
                Expression(NamespaceName, "NotIn", @namespace, "kube-system", "kube-public", "kube-node-lease"),
                .. namespaces,
            ],
        },
        ObjectSelector = new V1LabelSelector { MatchExpressions = [pods] },
        // Containers that other webhooks add later get the two variables too.
        ReinvocationPolicy = "IfNeeded",
        SideEffects = "None",
        TimeoutSeconds = InjectionTimeoutSeconds,
        AdmissionReviewVersions = ["v1"],
    };

    private static V1ObjectMeta Metadata(string name) => new()
    {
        Name = name,
        Labels = new Dictionary<string, string> { ["app.kubernetes.io/name"] = "claude-operator" },
    };

    private static Admissionregistrationv1WebhookClientConfig Client(string @namespace, string service, string path) => new()
    {
        Service = new Admissionregistrationv1ServiceReference { NamespaceProperty = @namespace, Name = service, Path = path, Port = 443 },
    };

    private static V1RuleWithOperations Rule(string group, string version, string resource, params string[] operations) => new()
    {
        Operations = [.. operations],
        ApiGroups = [group],
        ApiVersions = [version],
        Resources = [resource],
        Scope = "Namespaced",
    };

    private static V1LabelSelectorRequirement Expression(string key, string @operator, params string[] values) => new()
    {
        Key = key,
        OperatorProperty = @operator,
        Values = values.Length > 0 ? [.. values] : null,
    };
}
