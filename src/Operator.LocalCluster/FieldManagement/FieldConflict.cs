using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;

namespace Operator.LocalCluster.FieldManagement;

/// <summary>One field that an apply would change although another manager owns it.</summary>
/// <param name="Owner">The other manager.</param>
/// <param name="Path">The field.</param>
internal sealed record FieldConflict(FieldOwner Owner, IReadOnlyList<PathElement> Path)
{
    /// <summary>The path in messages, such as <c>.spec.parts[name="a"].count</c>.</summary>
    public string Field => string.Concat(Path);
}

/// <summary>An apply conflicts with other managers.</summary>
internal sealed class FieldConflictException(IReadOnlyList<FieldConflict> conflicts) : Exception
{
    /// <summary>The conflicts, by manager, then by path.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; } = conflicts;

    /// <summary>The answer of the server: 409 with a cause for each field.</summary>
    public ApiException ToApiException()
    {
        var causes = new JsonArray([.. Conflicts.Select(conflict => new JsonObject
        {
            ["reason"] = "FieldManagerConflict",
            ["message"] = $"conflict with {conflict.Owner}",
            ["field"] = conflict.Field,
        })]);
        return new ApiException(409, "Conflict", Text(), new JsonObject { ["causes"] = causes });
    }

    private string Text()
    {
        if (Conflicts is [var only])
        {
            return $"Apply failed with 1 conflict: conflict with {only.Owner}: {only.Field}";
        }

        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"Apply failed with {Conflicts.Count} conflicts: "));
        text.AppendJoin('\n', Conflicts.GroupBy(conflict => conflict.Owner).OrderBy(group => group.Key.SortKey, StringComparer.Ordinal)
            .SelectMany(group => group.Select(conflict => "- " + conflict.Field).Prepend($"conflicts with {group.Key}:")));
        return text.ToString();
    }
}
