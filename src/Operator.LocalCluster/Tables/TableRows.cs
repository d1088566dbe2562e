using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tables;

/// <summary>The columns and cells of a resource's tables.</summary>
internal sealed class TableRows
{
    private const string NameDescription =
        "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request "
        + "the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration "
        + "definition. Cannot be updated. More info: "
        + "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    private static readonly ConditionalWeakTable<ResourceDefinition, TableRows> Known = [];
    private readonly ResourceDefinition _resource;
    private readonly JsonPathExpression?[] _paths;
    private readonly IReadOnlyList<PrinterColumn> _columns;

    private TableRows(ResourceDefinition resource)
    {
        _resource = resource;
        _columns = resource.Columns.Count > 0 || !resource.Strategy.LeadsWithName
            ? resource.Columns
            : [new PrinterColumn("Age", "date", ".metadata.creationTimestamp", 0, "How long ago the object was created.")];
        _paths = [.. _columns.Select(c => c.JsonPath.Length == 0 ? null : JsonPathExpression.Parse(c.JsonPath))];
    }

    /// <summary>The tables of a resource.</summary>
    public static TableRows Of(ResourceDefinition resource) => Known.GetValue(resource, static r => new TableRows(r));

    /// <summary>The column definitions.</summary>
    public JsonArray Columns()
    {
        var columns = new JsonArray();
        if (_resource.Strategy.LeadsWithName) columns.Add((JsonNode)Column(new("Name", "string", "", 0, NameDescription, "name")));
        foreach (var column in _columns) columns.Add((JsonNode)Column(column));
        return columns;
    }

    /// <summary>The cells of one object.</summary>
    public JsonArray Cells(JsonObject value, DateTimeOffset now)
    {
        var cells = new JsonArray();
        if (_resource.Strategy.LeadsWithName) cells.Add((JsonNode?)JsonValue.Create(ObjectMetadata.Text(value, "name")));
        if (_resource.Strategy.Cells(value, now) is { } own)
        {
            foreach (var cell in own) cells.Add(cell?.DeepClone());
            return cells;
        }
        for (var i = 0; i < _columns.Count; i++) cells.Add(Cell(_columns[i], _paths[i], value, now));
        return cells;
    }

    private static JsonObject Column(PrinterColumn column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description.Length > 0
            ? column.Description
            : $"Custom resource definition column (in JSONPath format): {column.JsonPath}",
        ["priority"] = column.Priority,
    };

    private static JsonNode? Cell(PrinterColumn column, JsonPathExpression? path, JsonObject value, DateTimeOffset now)
    {
        var found = path?.Select(value) ?? [];
        if (found.Count == 0) return null;
        var first = found[0];
        switch (column.Type)
        {
            case "date":
                return first.GetValueKind() == JsonValueKind.String ? JsonValue.Create(AgeText.Of(first.GetValue<string>(), now) ?? "<invalid>") : null;
            case "integer":
                return ObjectMetadata.Number(first) is { } number ? JsonValue.Create(number) : null;
            case "number":
                return first.GetValueKind() == JsonValueKind.Number ? first.DeepClone() : null;
            case "boolean":
                return first.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? first.DeepClone() : null;
            default:
                // A real server shows the first of several results.
                return JsonValue.Create(first.GetValueKind() == JsonValueKind.String ? first.GetValue<string>() : first.ToJsonString());
        }
    }
}
