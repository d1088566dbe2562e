using System.Text.Json.Nodes;
using Operator.LocalCluster.FieldManagement;
using Operator.LocalCluster.Resources;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Tests.Schemas;

namespace Operator.LocalCluster.Tests.FieldManagement;

public class UpdateTests
{
    private readonly Cluster cluster = new(Cluster.Widgets);

    private static string Widget(string rest, string metadata = "") => "{'apiVersion':'example.com/v1','kind':'Widget','metadata':{'name':'w'" + metadata + "}," + rest + "}";

    // The next cases follow the records of a real server.
    [Fact]
    public void A_new_object_belongs_to_its_creator_but_for_status()
    {
        cluster.Put(Widget("'spec':{'size':'small'},'status':{'replicas':3}"), "");
        Assert.Equal(["unknown Update {'f:spec':{'.':{},'f:replicas':{},'f:size':{}}}"], cluster.Managers);
    }

    [Fact]
    public void Labels_and_lists_are_owned_item_by_item()
    {
        cluster.Put(Widget("'spec':{'size':'small','parts':[{'name':'p1'},{'name':'p2','count':3}],'extra':{'free':{'form':[1,'two']}}}", ",'generateName':'g-','labels':{'team':'x'},'finalizers':['example.com/hold']"), "kubectl-create");
        Assert.Equal(
            ["kubectl-create Update {'f:metadata':{'f:finalizers':{'.':{},'v:\\'example.com/hold\\'':{}},'f:generateName':{},'f:labels':{'.':{},'f:team':{}}},"
                + "'f:spec':{'.':{},'f:extra':{'.':{},'f:free':{'.':{},'f:form':{}}},'f:parts':{'.':{},'k:{\\'name\\':\\'p1\\'}':{'.':{},'f:count':{},'f:name':{}},'k:{\\'name\\':\\'p2\\'}':{'.':{},'f:count':{},'f:name':{}}},'f:replicas':{},'f:size':{}}}"],
            cluster.Managers);
    }

    [Fact]
    public void Status_is_owned_through_its_subresource()
    {
        cluster.Put(Widget("'spec':{'size':'small'}"), "a");
        cluster.Now += TimeSpan.FromSeconds(1);
        cluster.Put(Widget("'spec':{'size':'large'},'status':{'replicas':2}", ",'labels':{'ignored':'yes'}"), "b", "status");
        Assert.Equal(["a Update {'f:spec':{'.':{},'f:replicas':{},'f:size':{}}}", "b Update/status {'f:status':{'.':{},'f:replicas':{}}}"], cluster.Managers);
    }

    [Fact]
    public void What_another_manager_changes_becomes_its_own()
    {
        cluster.Put(Widget("'spec':{'size':'small','note':'hello','parts':[{'name':'p1'}]}", ",'annotations':{'a/b':'1'}"), "one");
        cluster.Now += TimeSpan.FromSeconds(1);
        cluster.Patch("{'spec':{'note':'bye','parts':[{'name':'p1','count':5}]}}", "two");
        cluster.Now += TimeSpan.FromSeconds(1);
        cluster.Patch("{'metadata':{'annotations':{'note/x':'y'}}}", "three");
        Assert.Equal(
            [
                "one Update {'f:metadata':{'f:annotations':{'.':{},'f:a/b':{}}},'f:spec':{'.':{},'f:parts':{'.':{},'k:{\\'name\\':\\'p1\\'}':{'.':{},'f:name':{}}},'f:replicas':{},'f:size':{}}}",
                "two Update {'f:spec':{'f:note':{},'f:parts':{'k:{\\'name\\':\\'p1\\'}':{'f:count':{}}}}}",
                "three Update {'f:metadata':{'f:annotations':{'f:note/x':{}}}}",
            ],
            cluster.Managers);
    }

    [Fact]
    public void Removed_fields_belong_to_nobody()
    {
        cluster.Put(Widget("'spec':{'size':'small'}", ",'finalizers':['example.com/hold']"), "one");
        cluster.Patch("{'metadata':{'finalizers':null}}", "two");
        Assert.Equal(["one Update {'f:spec':{'.':{},'f:replicas':{},'f:size':{}}}"], cluster.Managers);
    }

    [Fact]
    public void An_identical_update_changes_neither_sets_nor_times()
    {
        cluster.Put(Widget("'spec':{'size':'small'}"), "one");
        var before = GoFormat.Json(cluster.Stored);
        cluster.Now += TimeSpan.FromMinutes(1);
        cluster.Patch("{'spec':{'size':'small'}}", "two");
        Assert.Equal(before, GoFormat.Json(cluster.Stored));
        Assert.Equal("1970-01-01T00:00:00Z", cluster.Stored!["metadata"]!["managedFields"]![0]!["time"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("[{}]", true, true)]
    [InlineData("[{}]", false, true)]
    [InlineData("[]", true, false)]
    [InlineData("[]", false, true)]
    public void Managers_are_forgotten_on_request_and_not_tracked_from_then_on(string entries, bool isCustom, bool forgotten)
    {
        var server = new Cluster(Cluster.Widgets with { IsCustom = isCustom });
        server.Put(Widget("'spec':{'size':'small'}"), "one");
        server.Patch("{'metadata':{'managedFields':" + entries + "}}", "two");
        Assert.Equal(forgotten ? 0 : 1, server.Managers.Count());
        server.Patch("{'spec':{'size':'large'}}", "two");
        Assert.Equal(forgotten ? 0 : 2, server.Managers.Count());
    }

    [Fact]
    public void An_update_may_set_managers_itself_but_not_garbage()
    {
        cluster.Put(Widget("'spec':{'size':'small'}"), "one");
        cluster.Patch("{'metadata':{'managedFields':[{'manager':'m','operation':'Update','apiVersion':'example.com/v1','fieldsType':'FieldsV1','fieldsV1':{'f:spec':{'f:size':{}}}}]}}", "two");
        Assert.Equal(["m Update {'f:spec':{'f:size':{}}}"], cluster.Managers);
        cluster.Patch("{'metadata':{'managedFields':[{'manager':'m','operation':'Bogus'}]}}", "two");
        Assert.Equal(["m Update {'f:spec':{'f:size':{}}}"], cluster.Managers);
    }

    [Fact]
    public void Scaling_takes_the_number_alone_and_only_where_it_was_owned()
    {
        cluster.Put(Widget("'spec':{'size':'small','replicas':3}"), "one");
        cluster.Scale(5, "kubectl");
        Assert.Equal(["kubectl Update/scale {'f:spec':{'f:replicas':{}}}", "one Update {'f:spec':{'.':{},'f:size':{}}}"], cluster.Managers);
        Assert.Null(cluster.Stored!["metadata"]!["managedFields"]![0]!["time"]);

        var applied = new Cluster(Cluster.Widgets);
        applied.Apply(Widget("'spec':{'size':'small'}"), "one");
        applied.Scale(5, "kubectl");
        Assert.Equal(["one Apply {'f:spec':{'f:size':{}}}"], applied.Managers);
    }

    [Fact]
    public void Old_managers_are_merged_when_there_are_too_many()
    {
        cluster.Put(Widget("'spec':{'size':'small'}"), "first");
        for (var i = 0; i < 14; i++)
        {
            cluster.Now += TimeSpan.FromSeconds(1);
            cluster.Patch($"{{'metadata':{{'labels':{{'l{i}':'x'}}}}}}", "m" + i);
        }

        var managers = cluster.Managers.Select(manager => manager.Split(' ')[0]).ToArray();
        Assert.Equal(10, managers.Length);
        Assert.Equal("ancient-changes", managers[0]);
        Assert.Equal("m13", managers[^1]);
        Assert.Contains("f:size", cluster.Managers.First(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_the_wrong_type_is_not_tracked()
    {
        cluster.Put(Widget("'spec':{'size':7}"), "one");
        Assert.Empty(cluster.Managers);
    }

    [Fact]
    public void Built_in_kinds_start_from_their_structs()
    {
        var configMaps = new ResourceDefinition
        {
            Group = "apps", Version = "v1", Kind = "Deployment", Plural = "deployments", Singular = "deployment", HasStatus = true,
            Schema = Json.Schema("""
                {'type':'object','properties':{'metadata':{'type':'object'},'status':{'type':'object'},'spec':{'type':'object','properties':{
                  'replicas':{'type':'integer'},'selector':{'type':'object','x-kubernetes-map-type':'atomic','additionalProperties':{'type':'string'}},
                  'template':{'type':'object','properties':{'metadata':{'type':'object','properties':{'labels':{'type':'object','additionalProperties':{'type':'string'}}}},
                    'spec':{'type':'object','required':['containers'],'properties':{'securityContext':{'type':'object'},'containers':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['name'],'items':{'type':'object','properties':{'name':{'type':'string'},'image':{'type':'string'}}}}}}}}}}}}
                """),
        };
        var deployments = new Cluster(configMaps);
        deployments.Put("{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web'},'spec':{'replicas':1,'selector':{'app':'web'},'template':{'metadata':{'labels':{'app':'web'}},'spec':{'securityContext':{},'containers':[{'name':'main','image':'i'}]}}},'status':{}}", "m");
        Assert.Equal(
            ["m Update {'f:spec':{'f:replicas':{},'f:selector':{},'f:template':{'f:metadata':{'f:labels':{'.':{},'f:app':{}}},'f:spec':{'f:containers':{'k:{\\'name\\':\\'main\\'}':{'.':{},'f:image':{},'f:name':{}}},'f:securityContext':{}}}}}"],
            deployments.Managers);
    }

    [Fact]
    public void Times_are_kept_only_where_nothing_else_changed()
    {
        JsonObject live = Json.Object("{'metadata':{'managedFields':[{'manager':'m','time':'1970-01-01T00:00:00Z'}]},'spec':{'a':1}}");
        var same = Json.Object("{'metadata':{'managedFields':[{'manager':'m','time':'1970-01-01T00:00:09Z'}]},'spec':{'a':1}}");
        FieldManager.KeepTimesIfUnchanged(live, same);
        Json.AreEqual(live, same);
        var other = Json.Object("{'metadata':{'managedFields':[{'manager':'m','time':'1970-01-01T00:00:09Z'}]},'spec':{'a':2}}");
        FieldManager.KeepTimesIfUnchanged(live, other);
        Assert.Equal("1970-01-01T00:00:09Z", other["metadata"]!["managedFields"]![0]!["time"]!.GetValue<string>());
    }
}
