using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Resources;

/// <summary>One served resource at one version: what discovery tells about it and how its objects behave.</summary>
internal sealed record ResourceDefinition
{
    /// <summary>The API group; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>The version within the group.</summary>
    public required string Version { get; init; }

    /// <summary>The kind of one object.</summary>
    public required string Kind { get; init; }

    /// <summary>The resource name in paths.</summary>
    public required string Plural { get; init; }

    /// <summary>The singular name that kubectl accepts.</summary>
    public required string Singular { get; init; }

    /// <summary>The kind of a list.</summary>
    public string ListKind { get => field ?? Kind + "List"; init; }

    /// <summary>Short names that kubectl accepts.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Categories such as <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether objects live in namespaces.</summary>
    public bool Namespaced { get; init; } = true;

    /// <summary>The verbs that discovery lists and the server accepts.</summary>
    public IReadOnlyList<string> Verbs { get; init; } =
        ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>Whether the status subresource exists: then the main resource ignores status and <c>/status</c> ignores the rest.</summary>
    public bool HasStatus { get; init; }

    /// <summary>The scale subresource; null where there is none.</summary>
    public ScaleDefinition? Scale { get; init; }

    /// <summary>Subresources beside status and scale, for discovery: <c>pods/log</c>, <c>serviceaccounts/token</c>.</summary>
    public IReadOnlyList<SubresourceDefinition> Subresources { get; init; } = [];

    /// <summary>The columns after Name that a table shows.</summary>
    public IReadOnlyList<PrinterColumn> Columns { get; init; } = [];

    /// <summary>Paths beyond metadata.name and metadata.namespace that field selectors may use, such as <c>spec.nodeName</c>.</summary>
    public IReadOnlyList<string> SelectableFields { get; init; } = [];

    /// <summary>The structural schema: pruning, defaults, validation, list merge keys, documentation.</summary>
    public required StructuralSchema Schema { get; init; }

    /// <summary>Whether a CustomResourceDefinition defines the resource; several rules differ for built-in kinds.</summary>
    public bool IsCustom { get; init; }

    /// <summary>What a kind does beyond the general rules.</summary>
    public ResourceStrategy Strategy { get; init; } = ResourceStrategy.Default;

    /// <summary>The value of <c>apiVersion</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : Group + "/" + Version;

    /// <summary>The name as error messages write it: <c>widgets.example.com</c>, or <c>pods</c> in the core group.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : Plural + "." + Group;

    /// <summary>The key under which objects of all versions of the resource are stored. Events of two groups share one.</summary>
    public string StorageKey { get => field ?? Group + "/" + Plural; init; }
}

/// <summary>Where the scale subresource finds its numbers.</summary>
/// <param name="SpecReplicasPath">The path of the desired number, such as <c>.spec.replicas</c>.</param>
/// <param name="StatusReplicasPath">The path of the observed number.</param>
/// <param name="LabelSelectorPath">The path of the selector in string form; null where there is none.</param>
internal sealed record ScaleDefinition(string SpecReplicasPath, string StatusReplicasPath, string? LabelSelectorPath);

/// <summary>A subresource that discovery lists.</summary>
/// <param name="Name">The last segment of the path.</param>
/// <param name="Group">The group of its kind; empty for the parent's own.</param>
/// <param name="Version">The version of its kind; empty for the parent's own.</param>
/// <param name="Kind">The kind that is read or written.</param>
/// <param name="Verbs">What it accepts.</param>
internal sealed record SubresourceDefinition(string Name, string Group, string Version, string Kind, IReadOnlyList<string> Verbs);

/// <summary>One column of a table.</summary>
/// <param name="Name">The heading as declared.</param>
/// <param name="Type">The OpenAPI type, or <c>date</c>.</param>
/// <param name="JsonPath">The JSONPath of the value.</param>
/// <param name="Priority">0 shows always, more only in wide output.</param>
/// <param name="Description">What the column shows.</param>
/// <param name="Format">The OpenAPI format.</param>
internal sealed record PrinterColumn(
    string Name, string Type, string JsonPath, int Priority = 0, string Description = "", string Format = "");
