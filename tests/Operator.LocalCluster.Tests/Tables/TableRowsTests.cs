using System.Text.Json.Nodes;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Tables;

namespace Operator.LocalCluster.Tests.Tables;

public class TableRowsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 1, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("string", ".spec.text", "t")]
    [InlineData("string", ".spec.number", "7")]
    [InlineData("string", ".spec.list", "[1,2]")]
    [InlineData("string", ".spec.list[*]", "1")]
    [InlineData("integer", ".spec.number", "7")]
    [InlineData("integer", ".spec.text", "null")]
    [InlineData("boolean", ".spec.flag", "true")]
    [InlineData("date", ".metadata.creationTimestamp", "60s")]
    [InlineData("date", ".spec.text", "<invalid>")]
    [InlineData("date", ".spec.number", "null")]
    [InlineData("string", ".spec.missing", "null")]
    public void Cells_follow_the_type_of_their_column(string type, string path, string expected)
    {
        var cells = TableRows.Of(Definition(new PrinterColumn("C", type, path))).Cells(Value(), Now);
        Assert.Equal("n", (string?)cells[0]);
        Assert.Equal(expected, cells[1]?.ToString() ?? "null");
    }

    [Fact]
    public void A_kind_without_columns_shows_name_and_age()
    {
        var rows = TableRows.Of(Definition());
        Assert.Equal(["Name", "Age"], rows.Columns().Select(c => (string?)c!["name"]));
        Assert.Equal("""["n","60s"]""", rows.Cells(Value(), Now).ToJsonString());
    }

    private static JsonObject Value() => (JsonObject)JsonNode.Parse(
        """
        {"metadata":{"name":"n","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"text":"t","number":7,"flag":true,"list":[1,2]}}
        """)!;

    private static ResourceDefinition Definition(params PrinterColumn[] columns) => new()
    {
        Group = "example.com", Version = "v1", Kind = "Widget", Plural = "widgets", Singular = "widget", IsCustom = true, Columns = columns,
        Schema = StructuralSchema.Parse(new JsonObject { ["type"] = "object" }),
    };
}
