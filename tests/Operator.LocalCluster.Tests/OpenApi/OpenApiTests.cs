using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.OpenApi;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Tests.FieldManagement;
using Operator.LocalCluster.Tests.Schemas;

namespace Operator.LocalCluster.Tests.OpenApi;

public class OpenApiTests
{
    private const string Item = "/apis/example.com/v1/namespaces/{namespace}/widgets/{name}";

    private static readonly ResourceDefinition ConfigMaps = new()
    {
        Group = "", Version = "v1", Kind = "ConfigMap", Plural = "configmaps", Singular = "configmap",
        Schema = Json.Schema("{'type':'object','properties':{'data':{'type':'object','additionalProperties':{'type':'string'}},'names':{'type':'array','items':{'type':'string'},'x-kubernetes-patch-strategy':'merge'}}}"),
    };

    private static JsonObject Read(OpenApiDocument? document) => (JsonObject)JsonNode.Parse(document!.Content.Span)!;

    private static readonly OpenApiV3Documents V3 = OpenApiV3Documents.Build([Cluster.Widgets, ConfigMaps]);

    [Fact]
    public void The_root_lists_a_document_for_each_version_with_its_hash()
    {
        Assert.Equal(["api/v1", "apis/example.com/v1"], V3.Paths);
        Assert.Equal("text/plain; charset=utf-8", V3.Root.ContentType);
        foreach (var (path, entry) in (JsonObject)Read(V3.Root)["paths"]!)
        {
            var document = V3.Find(path)!;
            Assert.Equal($"/openapi/v3/{path}?hash={document.Hash}", entry!["serverRelativeURL"]!.GetValue<string>());
            Assert.Equal(128, document.Hash.Length);
            Assert.Equal($"\"{document.Hash}\"", document.ETag);
            Assert.Equal("application/json", document.ContentType);
        }

        Assert.Null(V3.Find("apis/none/v1"));
    }

    [Fact]
    public void The_hash_changes_with_the_schema_and_only_then()
    {
        Assert.Equal(V3.Root.Hash, OpenApiV3Documents.Build([ConfigMaps, Cluster.Widgets]).Root.Hash);
        var changed = OpenApiV3Documents.Build([Cluster.Widgets with { Schema = Json.Schema("{'type':'object'}") }, ConfigMaps]);
        Assert.NotEqual(V3.Find("apis/example.com/v1")!.Hash, changed.Find("apis/example.com/v1")!.Hash);
        Assert.Equal(V3.Find("api/v1")!.Hash, changed.Find("api/v1")!.Hash);
    }

    [Fact]
    public void A_kind_is_described_with_references_to_the_common_metadata()
    {
        var schemas = Read(V3.Find("apis/example.com/v1"))["components"]!["schemas"]!;
        var widget = schemas["com.example.v1.Widget"]!;
        Assert.Equal("Widget is a test resource.", widget["description"]!.GetValue<string>());
        Json.AreEqual(Json.Node("[{'group':'example.com','kind':'Widget','version':'v1'}]"), widget["x-kubernetes-group-version-kind"]);
        Json.AreEqual(Json.Node("['spec']"), widget["required"]);
        Json.AreEqual(Json.Node("['small','large']"), widget["properties"]!["spec"]!["properties"]!["size"]!["enum"]);
        Assert.Equal("#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", widget["properties"]!["metadata"]!["allOf"]![0]!["$ref"]!.GetValue<string>());
        Assert.Equal("#/components/schemas/com.example.v1.Widget", schemas["com.example.v1.WidgetList"]!["properties"]!["items"]!["items"]!["$ref"]!.GetValue<string>());
        Assert.NotNull(schemas["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]!["properties"]!["ownerReferences"]!["items"]!["$ref"]);
        Assert.NotNull(Read(V3.Find("api/v1"))["components"]!["schemas"]!["io.k8s.api.core.v1.ConfigMap"]);
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        foreach (var document in V3.Paths.Select(path => Read(V3.Find(path))).Append(Read(OpenApiV2Document.Build([Cluster.Widgets, ConfigMaps]).Json)))
        {
            var references = Nodes(document).OfType<JsonObject>().Select(map => map["$ref"]).OfType<JsonValue>().Select(reference => reference.GetValue<string>()).ToArray();
            Assert.NotEmpty(references);
            Assert.All(references, reference => Assert.NotNull(reference[2..].Split('/').Aggregate((JsonNode?)document, (node, step) => node?[step])));
        }
    }

    [Fact]
    public void Clients_find_what_a_patch_supports()
    {
        var patch = Read(V3.Find("apis/example.com/v1"))["paths"]![Item]!["patch"]!;
        Assert.Equal(["dryRun", "fieldManager", "fieldValidation", "pretty", "force"], patch["parameters"]!.AsArray().Select(parameter => parameter!["name"]!.GetValue<string>()));
        Assert.Equal("patch", patch["x-kubernetes-action"]!.GetValue<string>());
        Json.AreEqual(Json.Node("{'group':'example.com','kind':'Widget','version':'v1'}"), patch["x-kubernetes-group-version-kind"]);
        Assert.Equal(
            ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"],
            patch["requestBody"]!["content"]!.AsObject().Select(type => type.Key));
        Assert.Contains(
            "application/strategic-merge-patch+json",
            Read(V3.Find("api/v1"))["paths"]!["/api/v1/namespaces/{namespace}/configmaps/{name}"]!["patch"]!["requestBody"]!["content"]!.AsObject().Select(type => type.Key));
    }

    [Theory]
    [InlineData("/apis/example.com/v1/namespaces/{namespace}/widgets", "get post delete")]
    [InlineData(Item, "get put patch delete")]
    [InlineData(Item + "/status", "get put patch")]
    [InlineData(Item + "/scale", "get put patch")]
    [InlineData("/apis/example.com/v1/widgets", "get")]
    public void Paths_have_the_operations_that_are_served(string path, string methods) =>
        Assert.Equal(methods.Split(' '), Read(V3.Find("apis/example.com/v1"))["paths"]![path]!.AsObject().Select(member => member.Key).Where(key => key != "parameters"));

    [Fact]
    public void A_resource_that_can_only_be_created_has_that_operation_alone()
    {
        var reviews = ConfigMaps with { Plural = "reviews", Kind = "Review", Namespaced = false, Verbs = ["create"] };
        var paths = Read(OpenApiV3Documents.Build([reviews]).Find("api/v1"))["paths"]!.AsObject();
        Assert.Equal(["/api/v1/reviews"], paths.Select(path => path.Key));
    }

    [Fact]
    public void Version_2_has_definitions_and_no_words_that_it_does_not_know()
    {
        var document = Read(OpenApiV2Document.Build([Cluster.Widgets, ConfigMaps]).Json);
        Assert.Equal("2.0", document["swagger"]!.GetValue<string>());
        Assert.Equal("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", document["definitions"]!["com.example.v1.Widget"]!["properties"]!["metadata"]!["$ref"]!.GetValue<string>());
        Assert.DoesNotContain(Nodes(document["definitions"]).OfType<JsonObject>(), map => map.ContainsKey("nullable") && map["nullable"] is JsonValue);
    }

    [Fact]
    public void The_protobuf_form_holds_paths_definitions_and_extensions()
    {
        var document = OpenApiV2Document.Build([Cluster.Widgets]).Protobuf;
        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", document.ContentType);
        var fields = Fields(document.Content.Span);
        Assert.Equal("2.0", Encoding.UTF8.GetString(fields.Single(field => field.Number == 1).Bytes));
        var definitions = Fields(fields.Single(field => field.Number == 9).Bytes).ToDictionary(
            field => Encoding.UTF8.GetString(Fields(field.Bytes)[0].Bytes), field => Fields(Fields(field.Bytes)[1].Bytes));
        var widget = definitions["com.example.v1.Widget"];
        Assert.Equal("object", Encoding.UTF8.GetString(Fields(widget.Single(field => field.Number == 22).Bytes).Single().Bytes));
        Assert.Equal(["spec"], widget.Where(field => field.Number == 19).Select(field => Encoding.UTF8.GetString(field.Bytes)));
        var extension = Fields(widget.Single(field => field.Number == 31 && Encoding.UTF8.GetString(Fields(field.Bytes)[0].Bytes) == "x-kubernetes-group-version-kind").Bytes);
        Assert.Equal("[{\"group\":\"example.com\",\"kind\":\"Widget\",\"version\":\"v1\"}]\n", Encoding.UTF8.GetString(Fields(extension[1].Bytes).Single(field => field.Number == 2).Bytes));
        var paths = Fields(fields.Single(field => field.Number == 8).Bytes).Select(field => Encoding.UTF8.GetString(Fields(field.Bytes)[0].Bytes));
        Assert.Contains(Item, paths);
    }

    private readonly record struct Field(int Number, byte[] Bytes);

    /// <summary>The fields of a protobuf message.</summary>
    private static List<Field> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new List<Field>();
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var length = (tag & 7) switch { 0 => VarintLength(message), 1 => 8, 2 => (int)Varint(ref message), var wire => throw new FormatException($"wire type {wire}") };
            fields.Add(new((int)(tag >> 3), message[..length].ToArray()));
            message = message[length..];
        }

        return fields;
    }

    private static int VarintLength(ReadOnlySpan<byte> message)
    {
        var length = 1;
        while ((message[length - 1] & 0x80) != 0)
        {
            length++;
        }

        return length;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[0];
            message = message[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if ((part & 0x80) == 0)
            {
                return value;
            }
        }
    }

    private static IEnumerable<JsonNode> Nodes(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(field => Nodes(field.Value)).Prepend(map),
        JsonArray list => list.SelectMany(Nodes).Prepend(list),
        null => [],
        _ => [node],
    };
}
