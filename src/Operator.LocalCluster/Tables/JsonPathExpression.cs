using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.LocalCluster.Tables;

/// <summary>
/// The JSONPath of printer columns: fields (dotted or in brackets), indexes, slices from the end, wildcards and filters of one
/// comparison, such as <c>.status.conditions[?(@.type=="Ready")].status</c>.
/// </summary>
internal sealed class JsonPathExpression
{
    private readonly IReadOnlyList<JsonPathStep> _steps;

    private JsonPathExpression(IReadOnlyList<JsonPathStep> steps) => _steps = steps;

    /// <summary>Reads a path; braces around it are ignored.</summary>
    /// <exception cref="FormatException">The path is malformed.</exception>
    public static JsonPathExpression Parse(string text) => new(new JsonPathParser(text).Parse());

    /// <summary>All nodes that the path selects; nulls count as missing.</summary>
    public IReadOnlyList<JsonNode> Select(JsonNode? root)
    {
        IEnumerable<JsonNode> nodes = root is null ? [] : [root];
        foreach (var step in _steps) nodes = nodes.SelectMany(step.Select);
        return [.. nodes];
    }
}

/// <summary>One step of a path.</summary>
internal abstract record JsonPathStep
{
    /// <summary>What the step finds below a node.</summary>
    public abstract IEnumerable<JsonNode> Select(JsonNode node);

    /// <summary>A member of an object.</summary>
    public sealed record Field(string Name) : JsonPathStep
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonNode> Select(JsonNode node) => node is JsonObject map && map[Name] is { } value ? [value] : [];
    }

    /// <summary>All members or items.</summary>
    public sealed record Wildcard : JsonPathStep
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonNode> Select(JsonNode node) => node switch
        {
            JsonObject map => map.Select(m => m.Value).OfType<JsonNode>(),
            JsonArray list => list.OfType<JsonNode>(),
            _ => [],
        };
    }

    /// <summary>Everything below a node, itself included.</summary>
    public sealed record Descendants : JsonPathStep
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonNode> Select(JsonNode node) =>
            new Wildcard().Select(node).SelectMany(Select).Prepend(node);
    }

    /// <summary>Items of a list from <paramref name="Start"/> up to <paramref name="End"/>; negative numbers count from the end.</summary>
    public sealed record Slice(int? Start, int? End, int Step) : JsonPathStep
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonNode> Select(JsonNode node)
        {
            if (node is not JsonArray list) yield break;
            var (start, end) = (Absolute(Start ?? 0, list.Count), Absolute(End ?? list.Count, list.Count));
            for (var i = Math.Max(start, 0); i < Math.Min(end, list.Count); i += Step)
                if (list[i] is { } item) yield return item;
        }

        private static int Absolute(int index, int count) => index < 0 ? count + index : index;
    }

    /// <summary>Items for which a comparison holds, or a path exists where <paramref name="Operator"/> is empty.</summary>
    public sealed record Filter(JsonPathExpression Path, string Operator, JsonNode? Value) : JsonPathStep
    {
        /// <inheritdoc/>
        public override IEnumerable<JsonNode> Select(JsonNode node) =>
            node is JsonArray list ? list.OfType<JsonNode>().Where(Holds) : [];

        private bool Holds(JsonNode item)
        {
            var found = Path.Select(item);
            if (Operator.Length == 0) return found.Count > 0;
            return found.Any(f => Compare(f));
        }

        private bool Compare(JsonNode left)
        {
            if (Operator == "==") return JsonNode.DeepEquals(left, Value);
            if (Operator == "!=") return !JsonNode.DeepEquals(left, Value);
            int order;
            if (left.GetValueKind() == JsonValueKind.Number && Value?.GetValueKind() == JsonValueKind.Number)
                order = left.GetValue<double>().CompareTo(Value.GetValue<double>());
            else if (left.GetValueKind() == JsonValueKind.String && Value?.GetValueKind() == JsonValueKind.String)
                order = string.CompareOrdinal(left.GetValue<string>(), Value.GetValue<string>());
            else return false;
            return Operator switch
            {
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order >= 0,
            };
        }
    }
}
