using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Patching;
using Operator.LocalCluster.Schemas;
using Operator.LocalCluster.Tests.Schemas;

namespace Operator.LocalCluster.Tests.Patching;

public class StrategicMergePatchTests
{
    private static readonly StructuralSchema Pod = Json.Schema("""
        {'type':'object','properties':{
          'metadata':{'type':'object'},
          'data':{'type':'object','additionalProperties':{'type':'string'}},
          'spec':{'type':'object','properties':{
            'strategy':{'type':'object','x-kubernetes-patch-strategy':'retainKeys','properties':{'type':{'type':'string'},'rollingUpdate':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}},
            'args':{'type':'array','items':{'type':'string'}},
            'containers':{'type':'array','x-kubernetes-patch-merge-key':'name','x-kubernetes-patch-strategy':'merge',
              'items':{'type':'object','properties':{'name':{'type':'string'},'image':{'type':'string'},
                'env':{'type':'array','x-kubernetes-patch-merge-key':'name','x-kubernetes-patch-strategy':'merge','items':{'type':'object'}}}}},
            'volumes':{'type':'array','x-kubernetes-patch-merge-key':'name','x-kubernetes-patch-strategy':'merge,retainKeys','items':{'type':'object'}}}}}}
        """);

    [Theory]
    // maps merge, null removes
    [InlineData("{'data':{'a':'1','b':'2'}}", "{'data':{'a':null,'c':'3'}}", "{'data':{'b':'2','c':'3'}}")]
    [InlineData("{'data':{'a':'1'}}", "{'data':{'$patch':'replace','c':'3'}}", "{'data':{'c':'3'}}")]
    [InlineData("{'data':{'a':'1'}}", "{'data':{'$patch':'delete'}}", "{'data':{}}")]
    // atomic lists are replaced
    [InlineData("{'spec':{'args':['a','b']}}", "{'spec':{'args':['c']}}", "{'spec':{'args':['c']}}")]
    // lists with a key merge by it
    [InlineData("{'spec':{'containers':[{'name':'main','image':'m:1'},{'name':'log','image':'l:1'}]}}", "{'spec':{'containers':[{'name':'log','image':'l:2'}]}}", "{'spec':{'containers':[{'name':'main','image':'m:1'},{'name':'log','image':'l:2'}]}}")]
    [InlineData("{'spec':{'containers':[{'name':'main','image':'m:1'}]}}", "{'spec':{'containers':[{'name':'new','image':'n:1','tty':null}]}}", "{'spec':{'containers':[{'name':'new','image':'n:1'},{'name':'main','image':'m:1'}]}}", true)]
    [InlineData("{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}", "{'spec':{'containers':[{'name':'a','$patch':'delete'}]}}", "{'spec':{'containers':[{'name':'b'}]}}")]
    [InlineData("{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}", "{'spec':{'containers':[{'$patch':'replace'},{'name':'c'}]}}", "{'spec':{'containers':[{'name':'c'}]}}")]
    [InlineData("{'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'1'},{'name':'Y','value':'2'}]}]}}", "{'spec':{'containers':[{'name':'a','env':[{'name':'X','$patch':'delete'},{'name':'Y','value':'3'}]}]}}", "{'spec':{'containers':[{'name':'a','env':[{'name':'Y','value':'3'}]}]}}")]
    [InlineData("{}", "{'spec':{'containers':[{'name':'a','$patch':'delete'},{'name':'b','x':null}]}}", "{'spec':{'containers':[{'name':'b'}]}}")]
    // order
    [InlineData("{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'}]}}", "{'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'a'}],'containers':[{'name':'c','image':'x'}]}}", "{'spec':{'containers':[{'name':'b'},{'name':'c','image':'x'},{'name':'a'}]}}")]
    [InlineData("{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}", "{'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}]}}", "{'spec':{'containers':[{'name':'b'},{'name':'a'}]}}")]
    // sets of primitives
    [InlineData("{'metadata':{'finalizers':['a','b']}}", "{'metadata':{'finalizers':['c','a']}}", "{'metadata':{'finalizers':['b','c','a']}}", true)]
    [InlineData("{'metadata':{'finalizers':['a','b']}}", "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}}", "{'metadata':{'finalizers':['b']}}")]
    [InlineData("{'metadata':{'finalizers':['a','b']}}", "{'metadata':{'$setElementOrder/finalizers':['b','c'],'$deleteFromPrimitiveList/finalizers':['a'],'finalizers':['c']}}", "{'metadata':{'finalizers':['b','c']}}")]
    // retained keys
    [InlineData("{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'x':1}}}}", "{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}", "{'spec':{'strategy':{'type':'Recreate'}}}")]
    [InlineData("{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}", "{'spec':{'volumes':[{'$retainKeys':['name','secret'],'name':'v','secret':{'secretName':'s'}}]}}", "{'spec':{'volumes':[{'name':'v','secret':{'secretName':'s'}}]}}")]
    // other types replace
    [InlineData("{'spec':{'args':['a']}}", "{'spec':{'args':'x'}}", "{'spec':{'args':'x'}}")]
    public void The_patch_is_merged_by_keys(string target, string patch, string expected, bool anyOrder = false)
    {
        var actual = StrategicMergePatch.Apply(Json.Object(target), Json.Object(patch), Pod);
        if (anyOrder)
        {
            Assert.Equal(Sorted(Json.Node(expected)), Sorted(actual));
        }
        else
        {
            Json.AreEqual(Json.Node(expected), actual);
        }
    }

    [Theory]
    [InlineData("{'data':{'$patch':'bogus'}}", "unknown patch type \"bogus\" in map: {\"$patch\":\"bogus\"}")]
    [InlineData("{'spec':{'containers':[{'image':'x'}]}}", "map: {\"image\":\"x\"} does not contain declared merge key: name")]
    [InlineData("{'spec':{'strategy':{'$retainKeys':['x'],'type':'y'}}}", "invalid patch format of retainKeys")]
    [InlineData("{'spec':{'$setElementOrder/containers':'x'}}", "invalid patch format of setElementOrder list")]
    public void Malformed_directives_are_refused(string patch, string message)
    {
        var target = Json.Object("{'data':{'a':'1'},'spec':{'containers':[{'name':'a'}],'strategy':{'type':'x'}}}");
        Assert.Equal(message, Assert.Throws<ApiException>(() => StrategicMergePatch.Apply(target, Json.Object(patch), Pod)).Message);
    }

    [Fact]
    public void The_patch_can_be_used_again()
    {
        var patch = Json.Object("{'spec':{'containers':[{'name':'a','image':'x'}]},'data':{'k':'v'}}");
        var first = StrategicMergePatch.Apply(Json.Object("{'spec':{'containers':[{'name':'a'}]}}"), patch, Pod);
        Json.AreEqual(first, StrategicMergePatch.Apply(Json.Object("{'spec':{'containers':[{'name':'a'}]}}"), patch, Pod));
    }

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonArray list => "[" + string.Join(",", list.Select(Sorted).Order(StringComparer.Ordinal)) + "]",
        JsonObject map => "{" + string.Join(",", map.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => field.Key + ":" + Sorted(field.Value))) + "}",
        _ => GoFormat.Json(node),
    };
}
