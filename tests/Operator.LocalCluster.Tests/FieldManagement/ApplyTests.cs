using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Tests.Schemas;

namespace Operator.LocalCluster.Tests.FieldManagement;

public class ApplyTests
{
    private readonly Cluster cluster = new(Cluster.Widgets);

    private static string Widget(string rest, string metadata = "") => "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'s'" + metadata + "}," + rest + "}";

    private void SpecIs(string expected) => Json.AreEqual(Json.Node(expected), cluster.Stored!["spec"]);

    // Follows the rules that were recorded from a real server, from creation to the removal of fields.
    [Fact]
    public void Two_appliers_share_conflict_force_and_give_up_fields()
    {
        cluster.Apply(Widget("'spec':{'size':'small','parts':[{'name':'a'}]}"), "one");
        Assert.Equal(["one Apply {'f:spec':{'f:parts':{'k:{\\'name\\':\\'a\\'}':{'.':{},'f:name':{}}},'f:size':{}}}"], cluster.Managers);
        SpecIs("{'parts':[{'count':1,'name':'a'}],'replicas':1,'size':'small'}");

        cluster.Apply(Widget("'spec':{'size':'small','parts':[{'name':'b','count':2}]}"), "two");
        Assert.Equal(
            [
                "one Apply {'f:spec':{'f:parts':{'k:{\\'name\\':\\'a\\'}':{'.':{},'f:name':{}}},'f:size':{}}}",
                "two Apply {'f:spec':{'f:parts':{'k:{\\'name\\':\\'b\\'}':{'.':{},'f:count':{},'f:name':{}}},'f:size':{}}}",
            ],
            cluster.Managers);
        SpecIs("{'parts':[{'count':1,'name':'a'},{'count':2,'name':'b'}],'replicas':1,'size':'small'}");

        var conflict = Assert.Throws<ApiException>(() => cluster.Apply(Widget("'spec':{'size':'large'}"), "two"));
        Assert.Equal((409, "Conflict", "Apply failed with 1 conflict: conflict with \"one\": .spec.size"), (conflict.Code, conflict.Reason, conflict.Message));
        Json.AreEqual(Json.Node("{'causes':[{'reason':'FieldManagerConflict','message':'conflict with \\'one\\'','field':'.spec.size'}]}".Replace("\\'", "\\\"")), conflict.Details);

        cluster.Apply(Widget("'spec':{'size':'large'}"), "two", force: true);
        Assert.Equal(["one Apply {'f:spec':{'f:parts':{'k:{\\'name\\':\\'a\\'}':{'.':{},'f:name':{}}}}}", "two Apply {'f:spec':{'f:size':{}}}"], cluster.Managers);
        SpecIs("{'parts':[{'count':1,'name':'a'}],'replicas':1,'size':'large'}");

        cluster.Apply(Widget("'spec':{'size':'large'}"), "one");
        Assert.Equal(["one Apply {'f:spec':{'f:size':{}}}", "two Apply {'f:spec':{'f:size':{}}}"], cluster.Managers);
        SpecIs("{'replicas':1,'size':'large'}");

        var before = GoFormat.Json(cluster.Stored);
        cluster.Now += TimeSpan.FromHours(1);
        cluster.Apply(Widget("'spec':{'size':'large'}"), "two", force: true);
        Assert.Equal(before, GoFormat.Json(cluster.Stored));
    }

    [Fact]
    public void Status_is_applied_through_its_subresource_alone()
    {
        cluster.Apply(Widget("'spec':{'size':'large'}"), "one");
        cluster.Apply(Widget("'status':{'replicas':1,'conditions':[{'type':'Ready','status':'True'}]}"), "ctl", force: true, subresource: "status");
        cluster.Apply(Widget("'status':{'conditions':[{'type':'Other','status':'False'}]}"), "ctl2", force: true, subresource: "status");
        Assert.Equal(
            [
                "ctl Apply/status {'f:status':{'f:conditions':{'k:{\\'type\\':\\'Ready\\'}':{'.':{},'f:status':{},'f:type':{}}},'f:replicas':{}}}",
                "ctl2 Apply/status {'f:status':{'f:conditions':{'k:{\\'type\\':\\'Other\\'}':{'.':{},'f:status':{},'f:type':{}}}}}",
                "one Apply {'f:spec':{'f:size':{}}}",
            ],
            cluster.Managers);
        Json.AreEqual(Json.Node("{'conditions':[{'status':'True','type':'Ready'},{'status':'False','type':'Other'}],'replicas':1}"), cluster.Stored!["status"]);

        cluster.Apply(Widget("'status':{'replicas':9},'spec':{'size':'large'}"), "one");
        Assert.Equal(1, cluster.Stored!["status"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public void Labels_are_owned_without_their_parent()
    {
        cluster.Apply(Widget("'spec':{'replicas':2,'size':'large'}", ",'labels':{'team':'z'}"), "kubectl");
        Assert.Equal(["kubectl Apply {'f:metadata':{'f:labels':{'f:team':{}}},'f:spec':{'f:replicas':{},'f:size':{}}}"], cluster.Managers);
    }

    [Fact]
    public void An_updater_is_named_with_its_version_in_conflicts()
    {
        cluster.Put(Widget("'spec':{'size':'small','replicas':3}"), "creator");
        var conflict = Assert.Throws<ApiException>(() => cluster.Apply(Widget("'spec':{'size':'large','replicas':4}"), "applier"));
        Assert.Equal("Apply failed with 2 conflicts: conflicts with \"creator\" using example.com/v1:\n- .spec.replicas\n- .spec.size", conflict.Message);
        cluster.Patch("{'status':{'replicas':1}}", "ctl", "status");
        conflict = Assert.Throws<ApiException>(() => cluster.Apply(Widget("'status':{'replicas':2}"), "applier", subresource: "status"));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"ctl\" with subresource \"status\" using example.com/v1: .status.replicas", conflict.Message);
    }

    [Fact]
    public void Equal_values_are_shared_and_stay_while_one_owner_is_left()
    {
        cluster.Apply(Widget("'spec':{'size':'small','note':'x'}"), "one");
        cluster.Apply(Widget("'spec':{'size':'small','note':'x'}"), "two");
        cluster.Apply(Widget("'spec':{'size':'small'}"), "one");
        SpecIs("{'size':'small','note':'x','replicas':1}");
        cluster.Apply(Widget("'spec':{'size':'small'}"), "two");
        SpecIs("{'size':'small','replicas':1}");
    }

    [Fact]
    public void A_list_item_stays_while_another_owns_the_item_and_goes_when_others_own_only_a_part_of_it()
    {
        cluster.Apply(Widget("'spec':{'size':'small','parts':[{'name':'a','count':3},{'name':'b'}]}"), "one");
        cluster.Apply(Widget("'spec':{'parts':[{'name':'a'}]}"), "two");
        cluster.Patch("{'spec':{'parts':[{'name':'a','count':3},{'name':'b','count':5}]}}", "three");
        cluster.Apply(Widget("'spec':{'size':'small'}"), "one");
        SpecIs("{'size':'small','replicas':1,'parts':[{'name':'a','count':1}]}");
    }

    [Fact]
    public void What_was_there_before_the_first_apply_has_an_owner_of_its_own()
    {
        cluster.Put(Widget("'spec':{'size':'small','note':'x'}"), "old");
        cluster.Patch("{'metadata':{'managedFields':[{}]}}", "old");
        cluster.Apply(Widget("'spec':{'size':'small'}"), "one");
        Assert.Equal(["one Apply {'f:spec':{'f:size':{}}}", "before-first-apply Update {'f:spec':{'.':{},'f:note':{},'f:replicas':{},'f:size':{}}}"], cluster.Managers);
    }

    [Fact]
    public void Kubectl_takes_over_what_its_client_side_apply_set()
    {
        const string last = "{\\'apiVersion\\':\\'example.com/v1\\',\\'kind\\':\\'Widget\\',\\'metadata\\':{\\'name\\':\\'s\\'},\\'spec\\':{\\'size\\':\\'small\\',\\'note\\':\\'x\\'}}";
        var annotation = ",'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'" + last.Replace("\\'", "\\\"") + "'}";
        cluster.Put(Widget("'spec':{'size':'small','note':'x'}", annotation), "kubectl-client-side-apply");
        cluster.Patch("{'spec':{'note':'y'}}", "other");

        var conflict = Assert.Throws<ApiException>(() => cluster.Apply(Widget("'spec':{'size':'large','note':'z'}"), "kubectl"));
        Assert.Equal("Apply failed with 1 conflict: conflict with \"other\" using example.com/v1: .spec.note", conflict.Message);
        Assert.Throws<ApiException>(() => cluster.Apply(Widget("'spec':{'size':'large'}"), "someone"));

        cluster.Apply(Widget("'spec':{'size':'large'}"), "kubectl");
        Assert.Equal("large", cluster.Stored!["spec"]!["size"]!.GetValue<string>());
        Assert.Equal(
            "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"name\":\"s\"},\"spec\":{\"size\":\"large\"}}\n",
            cluster.Stored["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("'managedFields':[]", 400, "metadata.managedFields must be nil")]
    [InlineData("'managedFields':[{'manager':'x'}]", 400, "metadata.managedFields must be nil")]
    public void Managed_fields_may_not_be_applied(string metadata, int code, string message)
    {
        var error = Assert.Throws<ApiException>(() => cluster.Apply(Widget("'spec':{'size':'large'}", "," + metadata), "one"));
        Assert.Equal((code, "BadRequest", message), (error.Code, error.Reason, error.Message));
    }

    [Fact]
    public void Managed_fields_may_be_null()
    {
        cluster.Apply(Widget("'spec':{'size':'large'}", ",'managedFields':null"), "one");
        Assert.Single(cluster.Managers);
    }

    [Theory]
    [InlineData("'spec':{'colour':'red'}", ".spec.colour: field not declared in schema")]
    [InlineData("'spec':{'size':7}", ".spec.size: expected string, got &value.valueUnstructured{Value:7}")]
    [InlineData("'spec':{'size':{'a':[1,null,'x',true]}}", ".spec.size: expected string, got &value.valueUnstructured{Value:map[string]interface {}{\"a\":[]interface {}{1, interface {}(nil), \"x\", true}}}")]
    [InlineData("'spec':{'parts':{'b':1,'a':{}}}", ".spec.parts: expected list, got &{map[a:map[] b:1]}")]
    [InlineData("'spec':['x',null,2.5]", ".spec: expected map, got &{[x <nil> 2.5]}")]
    [InlineData("'spec':{'replicas':'x'}", ".spec.replicas: expected numeric (int or float), got string")]
    [InlineData("'spec':{'parts':[{'name':'a'},{'name':'a'}]}", ".spec.parts: duplicate entries for key [name=\"a\"]")]
    [InlineData("'spec':{'parts':[{'count':1}]}", ".spec.parts: element 0: associative list with keys has an element that omits all key fields [\"name\"] (and doesn't have default values for any key fields)")]
    public void What_cannot_be_typed_is_refused_in_the_servers_words(string rest, string reason)
    {
        var error = Assert.Throws<ApiException>(() => cluster.Apply(Widget(rest), "one"));
        Assert.Equal((500, "", "failed to create typed patch object (/s; example.com/v1, Kind=Widget): " + reason), (error.Code, error.Reason, error.Message));
    }

    [Fact]
    public void Another_kind_is_refused()
    {
        var error = Assert.Throws<ApiException>(() => cluster.Apply("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'s'}}", "one"));
        Assert.Equal((400, "invalid object type: /v1, Kind=Pod"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("a,b,c", "c,b", "a,c,b")]
    [InlineData("a,b,c", "x,b", "a,x,b,c")]
    [InlineData("a,b", "b,a", "b,a")]
    [InlineData("a,b,c,d", "d,x,b", "a,c,d,x,b")]
    public void Applied_items_keep_their_order_between_the_others(string live, string applied, string expected)
    {
        static string Parts(string names) => "[" + string.Join(",", names.Split(',').Select(name => $"{{'name':'{name}','count':1}}")) + "]";
        cluster.Put(Widget("'spec':{'size':'small','parts':" + Parts(live) + "}"), "one");
        cluster.Apply(Widget("'spec':{'parts':" + Parts(applied) + "}"), "two");
        Assert.Equal(expected, string.Join(",", cluster.Stored!["spec"]!["parts"]!.AsArray().Select(part => part!["name"])));
    }

    private static readonly Gen<string> Bodies =
        from size in Gen.Elements("'size':'small'", "'size':'large'")
        from note in Gen.Elements("", ",'note':'a'", ",'note':'b'")
        from parts in Gen.Elements("", ",'parts':[{'name':'x'}]", ",'parts':[{'name':'y','count':2},{'name':'x'}]")
        from extra in Gen.Elements("", ",'extra':{'k':{'l':[1]}}", ",'extra':{}", ",'limit':'5%'")
        from labels in Gen.Elements("", ",'labels':{'a':'1'}", ",'labels':{'b':'2'}")
        select Widget("'spec':{" + size + note + parts + extra + "}", labels);

    [Fact]
    public void Applying_the_same_twice_changes_nothing_and_sets_what_was_applied() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(29, 15), Prop.ForAll(
            Gen.ListOf(Bodies.Zip(Gen.Elements("one", "two", "kubectl"))).ToArbitrary(), Bodies.ToArbitrary(), (history, body) =>
            {
                var server = new Cluster(Cluster.Widgets);
                foreach (var (earlier, manager) in history.Take(5))
                {
                    server.Apply(earlier, manager, force: true);
                }

                server.Apply(body, "one", force: true);
                var once = GoFormat.Json(server.Stored);
                server.Now += TimeSpan.FromMinutes(1);
                server.Apply(body, "one");
                return GoFormat.Json(server.Stored) == once && Contains(server.Stored!["spec"], Json.Object(body)["spec"]);
            }));

    [Fact]
    public void Fields_of_one_applier_are_gone_when_it_applies_without_them() =>
        Check.One(Config.QuickThrowOnFailure.WithReplay(31, 21), Prop.ForAll(Bodies.ToArbitrary(), Bodies.ToArbitrary(), (first, second) =>
        {
            var changed = new Cluster(Cluster.Widgets);
            changed.Apply(first, "one");
            changed.Apply(second, "one");
            var fresh = new Cluster(Cluster.Widgets);
            fresh.Apply(second, "one");
            return GoFormat.Json(Tidy(changed.Stored!["spec"])) == GoFormat.Json(Tidy(fresh.Stored!["spec"]));
        }));

    /// <summary>Without empty maps and lists, and with lists by their keys: emptied parents and an older order may stay.</summary>
    private static JsonNode? Tidy(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Select(field => KeyValuePair.Create(field.Key, Tidy(field.Value)))
            .Where(field => field.Value is not (JsonObject { Count: 0 } or JsonArray { Count: 0 }))),
        JsonArray list => new JsonArray([.. list.Select(Tidy).OrderBy(GoFormat.Json, StringComparer.Ordinal)]),
        _ => node?.DeepClone(),
    };

    private static bool Contains(JsonNode? actual, JsonNode? expected) => expected switch
    {
        JsonObject map => map.All(field => Contains(actual?[field.Key], field.Value)),
        JsonArray list => list.All(item => actual is JsonArray items && items.Any(candidate => Contains(candidate, item))),
        _ => JsonNode.DeepEquals(actual, expected),
    };
}
