using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Parts that the definitions of the built-in kinds are made of.</summary>
internal static class Kinds
{
    /// <summary>The Age column.</summary>
    public static PrinterColumn Age { get; } =
        new("Age", "string", ".metadata.creationTimestamp", Description: "How long ago the object was created.");

    /// <summary>The columns of the containers in a pod template.</summary>
    public static IReadOnlyList<PrinterColumn> Template { get; } =
    [
        Wide("Containers", "The names of the containers in the template."),
        Wide("Images", "The images of the containers in the template."),
    ];

    /// <summary>A text column whose cell the kind computes.</summary>
    public static PrinterColumn Column(string name, string description, string type = "string") => new(name, type, "", Description: description);

    /// <summary>A text column of the wide output.</summary>
    public static PrinterColumn Wide(string name, string description) => new(name, "string", "", Priority: 1, Description: description);

    /// <summary>A definition with the schema of the type of its kind.</summary>
    public static ResourceDefinition Define(string group, string version, string kind, string plural, ResourceStrategy strategy, string? type = null) =>
        new()
        {
            Group = group,
            Version = version,
            Kind = kind,
            Plural = plural,
            Singular = kind.ToLowerInvariant(),
            Schema = StructuralSchema.Parse(TypeCatalog.RootSchema(TypeCatalog.Get(type ?? kind))),
            Strategy = strategy,
            Columns = [Age],
        };
}
