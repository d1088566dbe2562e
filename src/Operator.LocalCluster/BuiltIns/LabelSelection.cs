using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.BuiltIns;

/// <summary>Matches labels against the selector objects that stand in specs.</summary>
internal static class LabelSelection
{
    /// <summary>Whether labels satisfy a LabelSelector; an empty one matches everything, a missing one nothing.</summary>
    public static bool Matches(JsonObject? selector, JsonObject? labels) =>
        selector is not null
        && selector.TextMap("matchLabels").All(pair => labels.Text(pair.Key) == pair.Value)
        && selector.Children("matchExpressions").All(expression => Holds(expression, labels));

    private static bool Holds(JsonObject expression, JsonObject? labels)
    {
        var value = labels.Text(expression.Text("key") ?? "");
        return expression.Text("operator") switch
        {
            "In" => value is not null && expression.Texts("values").Contains(value),
            "NotIn" => value is null || !expression.Texts("values").Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
