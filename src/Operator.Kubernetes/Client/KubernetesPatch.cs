namespace Operator.Kubernetes;

/// <summary>The patch kinds of the API, by content type.</summary>
public enum PatchType
{
    /// <summary>RFC 6902, <c>application/json-patch+json</c>.</summary>
    Json,

    /// <summary>RFC 7386, <c>application/merge-patch+json</c>.</summary>
    Merge,

    /// <summary><c>application/strategic-merge-patch+json</c>; built-in kinds only.</summary>
    StrategicMerge,

    /// <summary>Server-side apply, <c>application/apply-patch+yaml</c>; the body may be JSON.</summary>
    Apply,
}

/// <summary>A patch: its kind and its JSON body.</summary>
/// <param name="Type">The patch kind.</param>
/// <param name="Body">The body as UTF-8 JSON.</param>
public sealed partial record KubernetesPatch(PatchType Type, ReadOnlyMemory<byte> Body)
{
    /// <summary>The media type under which the patch is sent.</summary>
    public string ContentType => Type switch
    {
        PatchType.Json => "application/json-patch+json",
        PatchType.Merge => "application/merge-patch+json",
        PatchType.StrategicMerge => "application/strategic-merge-patch+json",
        PatchType.Apply => "application/apply-patch+yaml",
        _ => throw new InvalidOperationException($"{Type} is not a patch kind."),
    };
}
