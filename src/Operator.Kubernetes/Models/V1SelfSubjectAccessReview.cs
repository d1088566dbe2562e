using System.Text.Json.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>A question to the server: may I do this?</summary>
[KubernetesEntity(Group = "authorization.k8s.io", ApiVersion = "v1", Kind = "SelfSubjectAccessReview", PluralName = "selfsubjectaccessreviews")]
[EntityScope(EntityScope.Cluster)]
public sealed class V1SelfSubjectAccessReview : KubernetesObject, ISpec<V1SelfSubjectAccessReviewSpec>
{
    /// <summary>The deed.</summary>
    public V1SelfSubjectAccessReviewSpec Spec { get; set; } = new();

    /// <summary>The answer.</summary>
    public V1SubjectAccessReviewStatus? Status { get; set; }
}

/// <summary>The deed that is asked about: one of the two is set.</summary>
public sealed class V1SelfSubjectAccessReviewSpec : KubernetesModel
{
    /// <summary>An action on a resource.</summary>
    public V1ResourceAttributes? ResourceAttributes { get; set; }

    /// <summary>A request to a path.</summary>
    public V1NonResourceAttributes? NonResourceAttributes { get; set; }
}

/// <summary>An action on a resource.</summary>
public sealed class V1ResourceAttributes : KubernetesModel
{
    /// <summary>The namespace; null for all, or for cluster-scoped resources.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>The verb, such as <c>list</c>; <c>*</c> for all.</summary>
    public string? Verb { get; set; }

    /// <summary>The API group.</summary>
    public string? Group { get; set; }

    /// <summary>The version; <c>*</c> for all.</summary>
    public string? Version { get; set; }

    /// <summary>The resource, such as <c>pods</c>.</summary>
    public string? Resource { get; set; }

    /// <summary>The subresource.</summary>
    public string? Subresource { get; set; }

    /// <summary>The object's name; null for all.</summary>
    public string? Name { get; set; }
}

/// <summary>A request to a path.</summary>
public sealed class V1NonResourceAttributes : KubernetesModel
{
    /// <summary>The path.</summary>
    public string? Path { get; set; }

    /// <summary>The verb, such as <c>get</c>.</summary>
    public string? Verb { get; set; }
}

/// <summary>Whether a deed is allowed.</summary>
public sealed class V1SubjectAccessReviewStatus : KubernetesModel
{
    /// <summary>Whether it is.</summary>
    public bool Allowed { get; set; }

    /// <summary>Whether it is denied for good.</summary>
    public bool? Denied { get; set; }

    /// <summary>Why.</summary>
    public string? Reason { get; set; }

    /// <summary>What went wrong while it was decided.</summary>
    public string? EvaluationError { get; set; }
}
