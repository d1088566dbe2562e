using System.Text.Json.Nodes;
using Operator.LocalCluster.Controllers;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tests.Controllers;

public class GarbageCollectorTests
{
    private static Task<ClusterUnderTest> StartAsync() =>
        ClusterUnderTest.StartAsync(options => options.Controllers = ClusterControllers.GarbageCollector);

    private static async Task<JsonObject> MakeAsync(ClusterUnderTest cluster, string name, JsonObject? owner, bool blocks = true, string uid = "")
    {
        var references = owner is null && uid.Length == 0 ? "" :
            $$"""
            ,"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"{{owner.Text("metadata", "name") ?? "missing"}}",
            "uid":"{{owner.Text("metadata", "uid") ?? uid}}","blockOwnerDeletion":{{(blocks ? "true" : "false")}}}]
            """;
        return await cluster.CreateAsync(WellKnown.ConfigMaps, "{\"metadata\":{\"name\":\"" + name + "\",\"namespace\":\"default\"" + references + "}}");
    }

    [Fact]
    public async Task Dependents_follow_their_owner_and_theirs_follow_them()
    {
        await using var cluster = await StartAsync();
        var owner = await MakeAsync(cluster, "owner", null);
        var child = await MakeAsync(cluster, "child", owner);
        await MakeAsync(cluster, "grandchild", child);
        await MakeAsync(cluster, "stranger", null);
        await cluster.Client.DeleteAsync(WellKnown.ConfigMaps, "default", "owner", null, CancellationToken.None);
        await cluster.GoneAsync(WellKnown.ConfigMaps, "default", "grandchild");
        await cluster.GoneAsync(WellKnown.ConfigMaps, "default", "child");
        Assert.NotNull(await cluster.Client.GetAsync(WellKnown.ConfigMaps, "default", "stranger", CancellationToken.None));
    }

    [Fact]
    public async Task An_object_whose_owner_never_existed_is_deleted()
    {
        await using var cluster = await StartAsync();
        await MakeAsync(cluster, "lost", null, uid: "11111111-1111-1111-1111-111111111111");
        await cluster.GoneAsync(WellKnown.ConfigMaps, "default", "lost");
    }

    [Fact]
    public async Task Orphaned_dependents_stay_without_the_reference()
    {
        await using var cluster = await StartAsync();
        var owner = await MakeAsync(cluster, "owner", null);
        await MakeAsync(cluster, "child", owner);
        await cluster.Client.DeleteAsync(
            WellKnown.ConfigMaps, "default", "owner", new JsonObject { ["propagationPolicy"] = "Orphan" }, CancellationToken.None);
        await cluster.GoneAsync(WellKnown.ConfigMaps, "default", "owner");
        await cluster.UntilAsync(WellKnown.ConfigMaps, "default", "child", value => value is not null && value.At("metadata", "ownerReferences") is null);
    }

    [Fact]
    public async Task A_foreground_deletion_waits_for_blocking_dependents()
    {
        await using var cluster = await StartAsync();
        var owner = await MakeAsync(cluster, "owner", null);
        var child = await MakeAsync(cluster, "child", owner);
        child["metadata"]!["finalizers"] = new JsonArray("example.com/hold");
        child = await cluster.Client.UpdateAsync(WellKnown.ConfigMaps, child, null, CancellationToken.None);
        await cluster.Client.DeleteAsync(
            WellKnown.ConfigMaps, "default", "owner", new JsonObject { ["propagationPolicy"] = "Foreground" }, CancellationToken.None);
        var held = await cluster.UntilAsync(WellKnown.ConfigMaps, "default", "child", value => value.Text("metadata", "deletionTimestamp") is not null);
        Assert.NotNull(await cluster.Client.GetAsync(WellKnown.ConfigMaps, "default", "owner", CancellationToken.None));
        ((JsonObject)held!["metadata"]!).Remove("finalizers");
        await cluster.Client.UpdateAsync(WellKnown.ConfigMaps, held, null, CancellationToken.None);
        await cluster.GoneAsync(WellKnown.ConfigMaps, "default", "owner");
    }

    [Fact]
    public async Task One_of_two_owners_keeps_the_object_and_the_other_reference_goes()
    {
        await using var cluster = await StartAsync();
        var first = await MakeAsync(cluster, "first", null);
        var second = await MakeAsync(cluster, "second", null);
        var child = await MakeAsync(cluster, "child", first);
        ((JsonArray)child["metadata"]!["ownerReferences"]!).Add((JsonNode)new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = "second", ["uid"] = second.Text("metadata", "uid"),
        });
        await cluster.Client.UpdateAsync(WellKnown.ConfigMaps, child, null, CancellationToken.None);
        await cluster.Client.DeleteAsync(WellKnown.ConfigMaps, "default", "first", null, CancellationToken.None);
        var kept = await cluster.UntilAsync(
            WellKnown.ConfigMaps, "default", "child", value => value.Children("metadata", "ownerReferences").Count() == 1);
        Assert.Equal("second", kept.Children("metadata", "ownerReferences").Single().Text("name"));
    }

    [Fact]
    public async Task A_namespace_is_emptied_and_then_goes()
    {
        await using var cluster = await ClusterUnderTest.StartAsync(options => options.Controllers = ClusterControllers.Namespaces);
        await cluster.CreateAsync(WellKnown.Namespaces, """{"metadata":{"name":"team"}}""");
        await cluster.CreateAsync(WellKnown.ConfigMaps, """{"metadata":{"name":"c","namespace":"team","finalizers":["example.com/hold"]}}""");
        await cluster.CreateAsync(WellKnown.Secrets, """{"metadata":{"name":"s","namespace":"team"}}""");
        await cluster.Client.DeleteAsync(WellKnown.Namespaces, null, "team", null, CancellationToken.None);
        var waiting = await cluster.UntilAsync(WellKnown.Namespaces, null, "team", value =>
            value.Children("status", "conditions").Any(c => c.Text("type") == "NamespaceFinalizersRemaining" && c.Text("status") == "True"));
        Assert.Contains(waiting.Children("status", "conditions"), c => c.Text("message")?.Contains("example.com/hold in 1 resource instances", StringComparison.Ordinal) == true);
        Assert.Null(await cluster.Client.GetAsync(WellKnown.Secrets, "team", "s", CancellationToken.None));
        var held = await cluster.Client.GetAsync(WellKnown.ConfigMaps, "team", "c", CancellationToken.None);
        ((JsonObject)held!["metadata"]!).Remove("finalizers");
        await cluster.Client.UpdateAsync(WellKnown.ConfigMaps, held, null, CancellationToken.None);
        await cluster.GoneAsync(WellKnown.Namespaces, null, "team");
    }
}
