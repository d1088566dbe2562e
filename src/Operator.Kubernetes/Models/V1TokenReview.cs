namespace Operator.Kubernetes.Models;

/// <summary>A question to the server: whose token is this?</summary>
[KubernetesEntity(Group = "authentication.k8s.io", ApiVersion = "v1", Kind = "TokenReview", PluralName = "tokenreviews")]
[EntityScope(EntityScope.Cluster)]
public sealed class V1TokenReview : KubernetesObject, ISpec<V1TokenReviewSpec>
{
    /// <summary>The token.</summary>
    public V1TokenReviewSpec Spec { get; set; } = new();

    /// <summary>The answer.</summary>
    public V1TokenReviewStatus? Status { get; set; }
}

/// <summary>The token that is asked about.</summary>
public sealed class V1TokenReviewSpec : KubernetesModel
{
    /// <summary>The token.</summary>
    public string? Token { get; set; }

    /// <summary>For whom it must be; null for the API server.</summary>
    public IList<string>? Audiences { get; set; }
}

/// <summary>Whose token it is.</summary>
public sealed class V1TokenReviewStatus : KubernetesModel
{
    /// <summary>Whether the token is good.</summary>
    public bool? Authenticated { get; set; }

    /// <summary>Its bearer.</summary>
    public V1UserInfo? User { get; set; }

    /// <summary>The asked audiences that it is good for.</summary>
    public IList<string>? Audiences { get; set; }

    /// <summary>Why it could not be checked.</summary>
    public string? Error { get; set; }
}

/// <summary>Who makes a request.</summary>
public sealed class V1UserInfo : KubernetesModel
{
    /// <summary>The name, such as <c>system:serviceaccount:ns:name</c>.</summary>
    public string? Username { get; set; }

    /// <summary>The UID.</summary>
    public string? Uid { get; set; }

    /// <summary>The groups.</summary>
    public IList<string>? Groups { get; set; }

    /// <summary>Further facts, such as <c>authentication.kubernetes.io/pod-name</c>.</summary>
    public IDictionary<string, IList<string>>? Extra { get; set; }
}
