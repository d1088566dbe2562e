using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.LocalCluster.Schemas;

namespace Operator.LocalCluster.Tests.Schemas;

public class DefaultsAndPruningTests
{
    [Theory]
    [InlineData("{'spec':{'size':'small'}}", "{'spec':{'size':'small','replicas':1}}")]
    [InlineData("{'spec':{'replicas':null,'note':null}}", "{'spec':{'replicas':1}}")]
    [InlineData("{'spec':{'replicas':5,'parts':[{'name':'a'},{'name':'b','count':null}]}}", "{'spec':{'replicas':5,'parts':[{'name':'a','count':1},{'name':'b','count':1}]}}")]
    [InlineData("{}", "{}")]
    [InlineData("{'spec':{'extra':{'kept':null}}}", "{'spec':{'extra':{'kept':null},'replicas':1}}")]
    public void Defaults_fill_what_is_missing_and_nulls_go(string value, string expected)
    {
        var actual = Json.Object(value);
        Json.Widget.ApplyDefaults(actual);
        Json.AreEqual(Json.Node(expected), actual);
    }

    [Fact]
    public void After_an_apply_nulls_stay_but_for_those_with_a_default()
    {
        var actual = Json.Object("{'spec':{'replicas':null,'note':null}}");
        Json.Widget.ApplyDefaults(actual, keepNulls: true);
        Json.AreEqual(Json.Node("{'spec':{'replicas':1,'note':null}}"), actual);
    }

    [Fact]
    public void Metadata_keeps_no_empty_maps_and_lists()
    {
        var actual = Json.Object("{'metadata':{'name':'x','labels':{},'annotations':null,'finalizers':[],'managedFields':[]},'spec':{'extra':{}}}");
        Json.Widget.Prune(actual);
        Json.AreEqual(Json.Node("{'metadata':{'name':'x','managedFields':[]},'spec':{'extra':{}}}"), actual);
    }

    [Fact]
    public void Nullable_fields_keep_null_and_maps_default_their_values()
    {
        var schema = Json.Schema("{'type':'object','properties':{'n':{'type':'string','nullable':true,'default':'d'},'m':{'type':'object','additionalProperties':{'type':'object','properties':{'x':{'type':'integer','default':2}},'default':{}}}}}");
        var value = Json.Object("{'n':null,'m':{'a':{},'b':null}}");
        schema.ApplyDefaults(value);
        Json.AreEqual(Json.Node("{'n':null,'m':{'a':{'x':2},'b':{'x':2}}}"), value);
    }

    [Theory]
    [InlineData("{'spec':{'colour':'red','parts':[{'name':'a','x':1}]},'other':1}", "other", "spec.colour", "spec.parts[0].x")]
    [InlineData("{'apiVersion':'v1','kind':'K','metadata':{'name':'a','labels':{'any':'x'},'bogus':1}}", "metadata.bogus")]
    [InlineData("{'spec':{'extra':{'a':{'b':[{'c':1}]}}}}")]
    public void Unknown_fields_are_named_and_pruned(string value, params string[] unknown)
    {
        var actual = Json.Object(value);
        Assert.Equal(unknown, Json.Widget.FindUnknownFields(actual));
        Json.AreEqual(Json.Node(value), actual);
        Json.Widget.Prune(actual);
        Assert.Empty(Json.Widget.FindUnknownFields(actual));
    }

    [Fact]
    public void Known_fields_below_preserved_ones_follow_their_own_schema()
    {
        var schema = Json.Schema("{'type':'object','x-kubernetes-preserve-unknown-fields':true,'properties':{'strict':{'type':'object','properties':{'a':{'type':'integer'}}}}}");
        var value = Json.Object("{'free':{'x':1},'strict':{'a':1,'b':2}}");
        Assert.Equal(["strict.b"], schema.FindUnknownFields(value));
        schema.Prune(value);
        Json.AreEqual(Json.Node("{'free':{'x':1},'strict':{'a':1}}"), value);
    }

    [Fact]
    public void Embedded_resources_keep_their_identity()
    {
        var schema = Json.Schema("{'type':'object','properties':{'t':{'type':'object','x-kubernetes-embedded-resource':true,'properties':{'spec':{'type':'object'}}}}}");
        Assert.Equal(["t.other"], schema.FindUnknownFields(Json.Object("{'t':{'apiVersion':'v1','kind':'Pod','metadata':{'name':'x','labels':{}},'other':1,'spec':{}}}")));
    }

    [Fact]
    public void A_new_object_of_a_built_in_kind_holds_its_structs_and_null_for_required_lists()
    {
        var schema = Json.Schema("{'type':'object','properties':{'spec':{'type':'object','required':['containers'],'properties':{'containers':{'type':'array'},'volumes':{'type':'array'},'securityContext':{'type':'object','default':{}}}},'data':{'type':'object'}}}");
        Json.AreEqual(Json.Node("{'spec':{'containers':null}}"), schema.EmptyStructs());
    }

    [Fact]
    public void A_schema_that_is_nested_too_deep_is_refused()
    {
        JsonObject node = new() { ["type"] = "object" };
        for (var i = 0; i < 300; i++)
        {
            node = new() { ["type"] = "object", ["additionalProperties"] = node };
        }

        Assert.Throws<FormatException>(() => StructuralSchema.Parse(node));
    }

    /// <summary>Widgets with known, unknown and null fields.</summary>
    internal static Gen<JsonObject> Widgets { get; } =
        from size in Gen.Elements("'small'", "'large'", "null", "7", "")
        from replicas in Gen.Elements("", "3", "null", "'x'")
        from parts in Gen.Elements("", "[]", "[{'name':'a'}]", "[{'name':'a','count':null,'odd':1},{'name':'b','count':2}]", "null")
        from extra in Gen.Elements("", "{'x':{'y':null}}")
        from odd in Gen.Elements("", "1", "{'a':1}")
        select Json.Object("{'spec':{" + string.Join(",", new[] { ("size", size), ("replicas", replicas), ("parts", parts), ("extra", extra), ("odd", odd) }
            .Where(field => field.Item2.Length > 0).Select(field => $"'{field.Item1}':{field.Item2}")) + "}}");

    [Fact]
    public void Pruning_and_defaulting_are_idempotent() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(11, 7), Prop.ForAll(Widgets.ToArbitrary(), widget =>
        {
            var once = (JsonObject)widget.DeepClone();
            Json.Widget.Prune(once);
            Json.Widget.ApplyDefaults(once);
            var twice = (JsonObject)once.DeepClone();
            Json.Widget.Prune(twice);
            Json.Widget.ApplyDefaults(twice);
            return JsonNode.DeepEquals(once, twice) && Json.Widget.FindUnknownFields(once).Count == 0;
        }));
}
