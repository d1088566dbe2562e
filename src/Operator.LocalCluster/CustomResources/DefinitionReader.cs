using System.Text.Json.Nodes;
using Operator.LocalCluster.Discovery;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.CustomResources;

/// <summary>Turns a valid CustomResourceDefinition object into what is served.</summary>
internal static class DefinitionReader
{
    private static readonly string[] Verbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

    /// <summary>The definitions of all served versions, the preferred one first.</summary>
    public static IReadOnlyList<ResourceDefinition> Read(JsonObject definition)
    {
        var spec = definition.Child("spec") ?? [];
        var group = spec.Text("group") ?? "";
        var stored = spec.Children("versions").First(version => version.Flag("storage") == true).Text("name");
        return
        [
            .. spec.Children("versions").Where(version => version.Flag("served") == true)
                .OrderBy(version => version.Text("name") ?? "", VersionPriority.Instance)
                .Select(version => ReadVersion(spec, version, group, $"{group}/{stored}")),
        ];
    }

    private static ResourceDefinition ReadVersion(JsonObject spec, JsonObject version, string group, string storedApiVersion)
    {
        var name = version.Text("name") ?? "";
        var names = spec.Child("names");
        var kind = names.Text("kind") ?? "";
        return new ResourceDefinition
        {
            Group = group,
            Version = name,
            Kind = kind,
            ListKind = names.Text("listKind") ?? kind + "List",
            Plural = names.Text("plural") ?? "",
            Singular = names.Text("singular") ?? kind.ToLowerInvariant(),
            ShortNames = [.. names.Texts("shortNames")],
            Categories = [.. names.Texts("categories")],
            Namespaced = spec.Text("scope") == "Namespaced",
            Verbs = Verbs,
            HasStatus = version.Child("subresources", "status") is not null,
            Scale = version.Child("subresources", "scale") is { } scale
                ? new(scale.Text("specReplicasPath") ?? "", scale.Text("statusReplicasPath") ?? "", scale.Text("labelSelectorPath"))
                : null,
            Columns = Columns(version),
            SelectableFields = [.. version.Children("selectableFields").Select(field => (field.Text("jsonPath") ?? "").TrimStart('.'))],
            Schema = StructuralSchema.Parse((JsonObject)version.Child("schema", "openAPIV3Schema")!.DeepClone()),
            IsCustom = true,
            Strategy = new CustomResourceStrategy($"{group}/{name}", storedApiVersion),
        };
    }

    private static List<PrinterColumn> Columns(JsonObject version)
    {
        var columns = version.Children("additionalPrinterColumns").Select(column => new PrinterColumn(
            column.Text("name") ?? "", column.Text("type") ?? "", column.Text("jsonPath") ?? "", (int)(column.Number("priority") ?? 0),
            column.Text("description") is { Length: > 0 } description
                ? description
                : $"Custom resource definition column (in JSONPath format): {column.Text("jsonPath")}",
            column.Text("format") ?? "")).ToList();
        return columns.Count > 0
            ? columns
            : [new("Age", "date", ".metadata.creationTimestamp", Description: "How long ago the object was created.")];
    }
}
