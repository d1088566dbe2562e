namespace Operator.Kubernetes.Models;

/// <summary>The API server's answer to a request that returned no object: every error is one.</summary>
public sealed class V1Status : KubernetesModel, IKubernetesObject<V1ListMeta>
{
    /// <inheritdoc />
    public string? ApiVersion { get; set; } = "v1";

    /// <inheritdoc />
    public string? Kind { get; set; } = "Status";

    /// <inheritdoc />
    public V1ListMeta Metadata { get; set; } = new();

    /// <summary><c>Success</c> or <c>Failure</c>.</summary>
    public string? Status { get; set; }

    /// <summary>What happened, for people to read.</summary>
    public string? Message { get; set; }

    /// <summary>What happened in one CamelCase word, such as <c>NotFound</c>, <c>Conflict</c> or <c>Expired</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>Which object, and each cause.</summary>
    public V1StatusDetails? Details { get; set; }

    /// <summary>The HTTP status code.</summary>
    public int? Code { get; set; }
}

/// <summary>The object that a <see cref="V1Status"/> is about, and the causes of a failure.</summary>
public sealed class V1StatusDetails : KubernetesModel
{
    /// <summary>The object's name.</summary>
    public string? Name { get; set; }

    /// <summary>The object's group.</summary>
    public string? Group { get; set; }

    /// <summary>The object's kind or resource.</summary>
    public string? Kind { get; set; }

    /// <summary>The object's UID.</summary>
    public string? Uid { get; set; }

    /// <summary>Every cause, with the path of the field at fault.</summary>
    public IList<V1StatusCause>? Causes { get; set; }

    /// <summary>Seconds to wait before the next try.</summary>
    public int? RetryAfterSeconds { get; set; }
}

/// <summary>One cause of a failure.</summary>
public sealed class V1StatusCause : KubernetesModel
{
    /// <summary>The cause in one CamelCase word, such as <c>FieldValueRequired</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>The cause for people to read.</summary>
    public string? Message { get; set; }

    /// <summary>The path of the field at fault.</summary>
    public string? Field { get; set; }
}

/// <summary>Metadata of a list or a status.</summary>
public sealed class V1ListMeta : KubernetesModel
{
    /// <summary>The version from which a watch continues this list.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>The token of the next page; null on the last one.</summary>
    public string? Continue { get; set; }

    /// <summary>How many items follow this page, where the server tells.</summary>
    public long? RemainingItemCount { get; set; }
}
