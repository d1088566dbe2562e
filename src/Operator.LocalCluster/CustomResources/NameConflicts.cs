using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.CustomResources;

/// <summary>Whether the names of a definition are taken by another resource of its group.</summary>
internal static class NameConflicts
{
    /// <summary>A conflict in the words of the NamesAccepted condition; null when there is none.</summary>
    public static (string Reason, string Message)? Find(JsonObject definition, IEnumerable<ResourceDefinition> served)
    {
        var group = definition.Text("spec", "group");
        var names = definition.Child("spec", "names");
        var plural = names.Text("plural") ?? "";
        var others = served.Where(other => other.Group == group && other.Plural != plural).ToList();
        var resources = others.SelectMany(other => (string[])[other.Plural, other.Singular, .. other.ShortNames]).ToHashSet(StringComparer.Ordinal);
        var kinds = others.SelectMany(other => (string[])[other.Kind, other.ListKind]).ToHashSet(StringComparer.Ordinal);
        // With several conflicts, the real server tells the last one it finds.
        return Taken(kinds, names.Text("listKind"), "ListKindConflict")
            ?? Taken(kinds, names.Text("kind"), "KindConflict")
            ?? names.Texts("shortNames").Select(name => Taken(resources, name, "ShortNamesConflict")).FirstOrDefault(found => found is not null)
            ?? Taken(resources, names.Text("singular"), "SingularConflict")
            ?? Taken(resources, plural, "PluralConflict");
    }

    private static (string Reason, string Message)? Taken(HashSet<string> taken, string? name, string reason) =>
        name is { Length: > 0 } && taken.Contains(name) ? (reason, $"\"{name}\" is already in use") : null;
}
