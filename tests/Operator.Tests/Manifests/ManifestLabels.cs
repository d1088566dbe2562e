using System.Text.Json.Nodes;

namespace Operator.Tests.Manifests;

/// <summary>Names and labels that all manifests share.</summary>
internal static class ManifestLabels
{
    public const string Name = "claude-operator";
    public const string Namespace = "claude-operator-system";

    public static JsonObject Of() => new() { ["app.kubernetes.io/name"] = Name, ["app.kubernetes.io/part-of"] = Name };

    public static JsonObject Selector() => new() { ["app.kubernetes.io/name"] = Name, ["app.kubernetes.io/component"] = "manager" };

    public static JsonObject Metadata(string name, string? @namespace = null)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (@namespace is not null) metadata["namespace"] = @namespace;
        metadata["labels"] = Of();
        return metadata;
    }
}
