using System.Text.Json;
using System.Text.Json.Serialization;
using Operator.Kubernetes.Serialization;

namespace Operator.Kubernetes.Models;

/// <summary>One call of an admission webhook: the request on the way in, the response on the way out.</summary>
[KubernetesEntity(Group = "admission.k8s.io", ApiVersion = "v1", Kind = "AdmissionReview", PluralName = "admissionreviews")]
[EntityScope(EntityScope.Cluster)]
public sealed class V1AdmissionReview : KubernetesObject
{
    /// <summary>What is about to happen.</summary>
    public V1AdmissionRequest? Request { get; set; }

    /// <summary>What the webhook says to it.</summary>
    public V1AdmissionResponse? Response { get; set; }
}

/// <summary>A write that waits for admission.</summary>
public sealed class V1AdmissionRequest : KubernetesModel
{
    /// <summary>Names the call; the response repeats it.</summary>
    public string? Uid { get; set; }

    /// <summary>The kind of the object, as the webhook asked for it.</summary>
    public V1GroupVersionKind Kind { get; set; } = new();

    /// <summary>The resource, as the webhook asked for it.</summary>
    public V1GroupVersionResource Resource { get; set; } = new();

    /// <summary>The subresource; null for the object itself.</summary>
    public string? SubResource { get; set; }

    /// <summary>The kind in the original request.</summary>
    public V1GroupVersionKind? RequestKind { get; set; }

    /// <summary>The resource in the original request.</summary>
    public V1GroupVersionResource? RequestResource { get; set; }

    /// <summary>The subresource in the original request.</summary>
    public string? RequestSubResource { get; set; }

    /// <summary>The object's name; null while the server makes one.</summary>
    public string? Name { get; set; }

    /// <summary>The object's namespace.</summary>
    [JsonPropertyName("namespace"), JsonConverter(typeof(InternedStringConverter))]
    public string? NamespaceProperty { get; set; }

    /// <summary><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c> or <c>CONNECT</c>.</summary>
    public string? Operation { get; set; }

    /// <summary>Who asks.</summary>
    public V1UserInfo UserInfo { get; set; } = new();

    /// <summary>The object as it would be; null for deletions.</summary>
    public JsonElement? Object { get; set; }

    /// <summary>The object as it is; null for creations.</summary>
    public JsonElement? OldObject { get; set; }

    /// <summary>True when nothing will be stored: no outside effects then.</summary>
    public bool? DryRun { get; set; }

    /// <summary>The options of the original request.</summary>
    public JsonElement? Options { get; set; }
}

/// <summary>What a webhook says to a write.</summary>
public sealed class V1AdmissionResponse : KubernetesModel
{
    /// <summary>The request's.</summary>
    public string? Uid { get; set; }

    /// <summary>Whether the write may go on.</summary>
    public bool Allowed { get; set; }

    /// <summary>Why not.</summary>
    public V1Status? Status { get; set; }

    /// <summary>A JSON patch on the object.</summary>
    public byte[]? Patch { get; set; }

    /// <summary><c>JSONPatch</c> when there is a patch.</summary>
    public string? PatchType { get; set; }

    /// <summary>Warnings for the caller; at most 120 characters each are safe.</summary>
    public IList<string>? Warnings { get; set; }

    /// <summary>Facts for the audit log.</summary>
    public IDictionary<string, string>? AuditAnnotations { get; set; }
}

/// <summary>A kind in a version of a group.</summary>
public sealed class V1GroupVersionKind : KubernetesModel
{
    /// <summary>The group; empty for the core group.</summary>
    public string Group { get; set; } = "";

    /// <summary>The version.</summary>
    public string Version { get; set; } = "";

    /// <summary>The kind.</summary>
    public string Kind { get; set; } = "";
}

/// <summary>A resource in a version of a group.</summary>
public sealed class V1GroupVersionResource : KubernetesModel
{
    /// <summary>The group; empty for the core group.</summary>
    public string Group { get; set; } = "";

    /// <summary>The version.</summary>
    public string Version { get; set; } = "";

    /// <summary>The resource.</summary>
    public string Resource { get; set; } = "";
}
