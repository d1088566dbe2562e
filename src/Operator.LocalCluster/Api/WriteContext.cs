using System.Text.Json.Nodes;
using Operator.LocalCluster.Authorization;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Api;

/// <summary>What to do about fields that the schema does not know and keys that stand twice.</summary>
internal enum FieldValidation
{
    /// <summary>Drop them in silence.</summary>
    Ignore,

    /// <summary>Drop them and warn; the default.</summary>
    Warn,

    /// <summary>Refuse the request.</summary>
    Strict,
}

/// <summary>One write: what it is about, who asks and with which options.</summary>
internal sealed class WriteContext
{
    /// <summary>The resource and version of the request.</summary>
    public required ResourceDefinition Resource { get; init; }

    /// <summary>The namespace of the path; empty for cluster-scoped resources.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The name of the path; empty for a POST.</summary>
    public string Name { get; init; } = "";

    /// <summary>The subresource, or null.</summary>
    public string? Subresource { get; init; }

    /// <summary>Who asks.</summary>
    public required UserInfo User { get; init; }

    /// <summary>The name under which changed fields are recorded.</summary>
    public string Manager { get; init; } = "unknown";

    /// <summary>Whether nothing is to be stored.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether an apply takes fields from other managers.</summary>
    public bool Force { get; init; }

    /// <summary>What to do about unknown fields.</summary>
    public FieldValidation Validation { get; init; } = FieldValidation.Warn;

    /// <summary>The options object for admission.</summary>
    public JsonObject? Options { get; init; }

    /// <summary>Collects the texts of <c>Warning</c> headers.</summary>
    public List<string> Warnings { get; } = [];
}
