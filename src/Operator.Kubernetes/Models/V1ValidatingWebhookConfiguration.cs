using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>Webhooks that may refuse writes.</summary>
[KubernetesEntity(Group = "admissionregistration.k8s.io", ApiVersion = "v1", Kind = "ValidatingWebhookConfiguration", PluralName = "validatingwebhookconfigurations")]
[EntityScope(EntityScope.Cluster)]
public sealed class V1ValidatingWebhookConfiguration : KubernetesObject
{
    /// <summary>The webhooks.</summary>
    public IList<V1ValidatingWebhook>? Webhooks { get; set; }
}

/// <summary>A webhook that may refuse writes.</summary>
public sealed class V1ValidatingWebhook : KubernetesModel
{
    /// <summary>Its name, fully qualified.</summary>
    public string? Name { get; set; }

    /// <summary>Where it is called.</summary>
    public Admissionregistrationv1WebhookClientConfig ClientConfig { get; set; } = new();

    /// <summary>Which writes it sees.</summary>
    public IList<V1RuleWithOperations>? Rules { get; set; }

    /// <summary><c>Fail</c> or <c>Ignore</c>, when it cannot be called.</summary>
    public string? FailurePolicy { get; set; }

    /// <summary><c>Exact</c> or <c>Equivalent</c>.</summary>
    public string? MatchPolicy { get; set; }

    /// <summary>Namespaces whose objects it sees.</summary>
    public V1LabelSelector? NamespaceSelector { get; set; }

    /// <summary>Objects that it sees.</summary>
    public V1LabelSelector? ObjectSelector { get; set; }

    /// <summary><c>None</c> or <c>NoneOnDryRun</c>.</summary>
    public string? SideEffects { get; set; }

    /// <summary>Seconds it may take, 1 to 30.</summary>
    public int? TimeoutSeconds { get; set; }

    /// <summary>Versions of the review that it understands.</summary>
    public IList<string>? AdmissionReviewVersions { get; set; }

    /// <summary>CEL expressions that must all be true.</summary>
    public IList<V1MatchCondition>? MatchConditions { get; set; }
}

/// <summary>Webhooks that may change objects on the way in.</summary>
[KubernetesEntity(Group = "admissionregistration.k8s.io", ApiVersion = "v1", Kind = "MutatingWebhookConfiguration", PluralName = "mutatingwebhookconfigurations")]
[EntityScope(EntityScope.Cluster)]
public sealed class V1MutatingWebhookConfiguration : KubernetesObject
{
    /// <summary>The webhooks.</summary>
    public IList<V1MutatingWebhook>? Webhooks { get; set; }
}

/// <summary>A webhook that may change objects on the way in.</summary>
public sealed class V1MutatingWebhook : KubernetesModel
{
    /// <summary>Its name, fully qualified.</summary>
    public string? Name { get; set; }

    /// <summary>Where it is called.</summary>
    public Admissionregistrationv1WebhookClientConfig ClientConfig { get; set; } = new();

    /// <summary>Which writes it sees.</summary>
    public IList<V1RuleWithOperations>? Rules { get; set; }

    /// <summary><c>Fail</c> or <c>Ignore</c>, when it cannot be called.</summary>
    public string? FailurePolicy { get; set; }

    /// <summary><c>Exact</c> or <c>Equivalent</c>.</summary>
    public string? MatchPolicy { get; set; }

    /// <summary>Namespaces whose objects it sees.</summary>
    public V1LabelSelector? NamespaceSelector { get; set; }

    /// <summary>Objects that it sees.</summary>
    public V1LabelSelector? ObjectSelector { get; set; }

    /// <summary><c>Never</c> or <c>IfNeeded</c>, after others changed the object.</summary>
    public string? ReinvocationPolicy { get; set; }

    /// <summary><c>None</c> or <c>NoneOnDryRun</c>.</summary>
    public string? SideEffects { get; set; }

    /// <summary>Seconds it may take, 1 to 30.</summary>
    public int? TimeoutSeconds { get; set; }

    /// <summary>Versions of the review that it understands.</summary>
    public IList<string>? AdmissionReviewVersions { get; set; }

    /// <summary>CEL expressions that must all be true.</summary>
    public IList<V1MatchCondition>? MatchConditions { get; set; }
}

/// <summary>Where a webhook is called: one of service and url is set.</summary>
public sealed class Admissionregistrationv1WebhookClientConfig : KubernetesModel
{
    /// <summary>The service in front of it.</summary>
    public Admissionregistrationv1ServiceReference? Service { get; set; }

    /// <summary>Its address.</summary>
    public string? Url { get; set; }

    /// <summary>PEM certificates that may sign the webhook's.</summary>
    public byte[]? CaBundle { get; set; }
}

/// <summary>The service in front of a webhook.</summary>
public sealed class Admissionregistrationv1ServiceReference : KubernetesModel
{
    /// <summary>The service's namespace.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>The service's name.</summary>
    public string? Name { get; set; }

    /// <summary>The path of the call.</summary>
    public string? Path { get; set; }

    /// <summary>The service's port; default 443.</summary>
    public int? Port { get; set; }
}

/// <summary>Writes that a webhook sees.</summary>
public sealed class V1RuleWithOperations : KubernetesModel
{
    /// <summary><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c>, <c>CONNECT</c> or <c>*</c>.</summary>
    public IList<string>? Operations { get; set; }

    /// <summary>Groups; <c>*</c> for all.</summary>
    public IList<string>? ApiGroups { get; set; }

    /// <summary>Versions; <c>*</c> for all.</summary>
    public IList<string>? ApiVersions { get; set; }

    /// <summary>Resources, with <c>/status</c> and the like for subresources.</summary>
    public IList<string>? Resources { get; set; }

    /// <summary><c>Cluster</c>, <c>Namespaced</c> or <c>*</c>.</summary>
    public string? Scope { get; set; }
}

/// <summary>A CEL expression that must be true.</summary>
public sealed class V1MatchCondition : KubernetesModel
{
    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>The expression.</summary>
    public string? Expression { get; set; }
}
