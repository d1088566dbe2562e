using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.CustomResources;
using Operator.LocalCluster.Discovery;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tests.CustomResources;

public class DefinitionTests
{
    private static readonly GroupResource Gizmos = new("example.com", "gizmos");

    private static string Definition(string schema, string extra = "", string name = "gizmos.example.com", string names = "\"plural\":\"gizmos\",\"kind\":\"Gizmo\"") =>
        """{"metadata":{"name":"NAME"},"spec":{"group":"example.com","scope":"Namespaced","names":{NAMES},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":SCHEMA}EXTRA}]}}"""
            .Replace("NAMES", names, StringComparison.Ordinal).Replace("NAME", name, StringComparison.Ordinal)
            .Replace("SCHEMA", schema, StringComparison.Ordinal).Replace("EXTRA", extra, StringComparison.Ordinal);

    private static Task<JsonObject?> EstablishedAsync(ClusterUnderTest cluster, string name = "gizmos.example.com") =>
        cluster.UntilAsync(CustomResourceController.Definitions, null, name, value => Conditions.IsTrue(value, "Established"));

    [Theory]
    [InlineData("""{"type":"object","properties":{"spec":{"properties":{"a":{"type":"integer","default":"x"}}}}}""",
        "spec.validation.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields")]
    [InlineData("""{"properties":{}}""", "spec.validation.openAPIV3Schema.type: Required value: must not be empty at the root")]
    [InlineData("""{"type":"string"}""", "spec.validation.openAPIV3Schema.type: Invalid value: \"string\": must be object at the root")]
    [InlineData("""{"type":"object","properties":{"l":{"type":"array"}}}""", "spec.validation.openAPIV3Schema.properties[l].items: Required value: must be specified")]
    [InlineData("""{"type":"object","properties":{"l":{"type":"array","x-kubernetes-list-type":"map","items":{"type":"object","properties":{"n":{"type":"string"}}}}}}""",
        "spec.validation.openAPIV3Schema.properties[l].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map")]
    [InlineData("""{"type":"object","properties":{"s":{"type":"string","pattern":"["}}}""", "spec.validation.openAPIV3Schema.properties[s].pattern: Invalid value: \"[\": must be a valid regular expression")]
    [InlineData("""{"type":"object","properties":{"s":{"type":"object","additionalProperties":{"type":"string"},"properties":{"a":{"type":"string"}}}}}""",
        "spec.validation.openAPIV3Schema.properties[s].additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"integer","default":"x"}}}""", "spec.validation.openAPIV3Schema.properties[a].default: Invalid value: \"string\": ")]
    public async Task A_schema_that_is_not_structural_is_refused_with_its_path(string schema, string message)
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        var error = await Assert.ThrowsAsync<ApiException>(async () => await cluster.CreateAsync(CustomResourceController.Definitions, Definition(schema)));
        Assert.Equal(422, error.Code);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_not_plural_and_group_is_refused()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        var error = await Assert.ThrowsAsync<ApiException>(async () =>
            await cluster.CreateAsync(CustomResourceController.Definitions, Definition("""{"type":"object"}""", name: "other.example.com")));
        Assert.Contains("metadata.name: Invalid value: \"other.example.com\": must be spec.names.plural+\".\"+spec.group", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_accepted_definition_serves_its_resource_and_a_change_serves_the_new_one()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await cluster.CreateAsync(CustomResourceController.Definitions, Definition("""{"type":"object","properties":{"a":{"type":"integer","default":1}}}"""));
        await EstablishedAsync(cluster);
        var made = await cluster.CreateAsync(Gizmos, """{"metadata":{"name":"g","namespace":"default"},"b":2}""");
        Assert.Equal((1L, null), (made.Number("a"), made.Number("b")));
        var definition = (await cluster.Client.GetAsync(CustomResourceController.Definitions, null, "gizmos.example.com", CancellationToken.None))!;
        Assert.Equal("gizmo", definition.Text("status", "acceptedNames", "singular"));
        definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["b"] = new JsonObject { ["type"] = "integer" };
        await cluster.Client.UpdateAsync(CustomResourceController.Definitions, definition, null, CancellationToken.None);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!cluster.Services.Registry.Definitions.Any(d => d.Plural == "gizmos" && d.Schema.Source.At("properties", "b") is not null))
            await Task.Delay(5, patience.Token);
        var kept = await cluster.CreateAsync(Gizmos, """{"metadata":{"name":"h","namespace":"default"},"b":2}""");
        Assert.Equal(2, kept.Number("b"));
    }

    [Fact]
    public async Task Taken_names_are_not_accepted()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await cluster.CreateAsync(CustomResourceController.Definitions, Definition("""{"type":"object"}"""));
        await EstablishedAsync(cluster);
        await cluster.CreateAsync(CustomResourceController.Definitions, Definition(
            """{"type":"object"}""", name: "things.example.com", names: "\"plural\":\"things\",\"kind\":\"Gizmo\""));
        var refused = await cluster.UntilAsync(CustomResourceController.Definitions, null, "things.example.com", value => value.Children("status", "conditions").Any());
        Assert.Equal(("ListKindConflict", "\"GizmoList\" is already in use"),
            (refused.Children("status", "conditions").First().Text("reason"), refused.Children("status", "conditions").First().Text("message")));
        Assert.False(Conditions.IsTrue(refused, "Established"));
        Assert.DoesNotContain(cluster.Services.Registry.Definitions, d => d.Plural == "things");
    }

    [Fact]
    public async Task A_deleted_definition_waits_for_its_instances_and_their_finalizers()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await cluster.CreateAsync(CustomResourceController.Definitions, Definition("""{"type":"object"}"""));
        await EstablishedAsync(cluster);
        await cluster.CreateAsync(Gizmos, """{"metadata":{"name":"free","namespace":"default"}}""");
        await cluster.CreateAsync(Gizmos, """{"metadata":{"name":"held","namespace":"default","finalizers":["example.com/hold"]}}""");
        var marked = await cluster.Client.DeleteAsync(CustomResourceController.Definitions, null, "gizmos.example.com", null, CancellationToken.None);
        Assert.True(Conditions.IsTrue(marked, "Terminating"));
        Assert.Equal([CustomResourceDefinitionStrategy.Finalizer], marked.Texts("metadata", "finalizers"));
        var held = await cluster.UntilAsync(Gizmos, "default", "held", value => value.Text("metadata", "deletionTimestamp") is not null);
        Assert.NotNull(await cluster.Client.GetAsync(CustomResourceController.Definitions, null, "gizmos.example.com", CancellationToken.None));
        ((JsonObject)held!["metadata"]!).Remove("finalizers");
        await cluster.Client.UpdateAsync(Gizmos, held, null, CancellationToken.None);
        await cluster.GoneAsync(CustomResourceController.Definitions, null, "gizmos.example.com");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (cluster.Services.Registry.Definitions.Any(d => d.Plural == "gizmos"))
            await Task.Delay(5, patience.Token);
    }

    [Fact]
    public void Versions_stand_in_the_order_of_their_maturity() =>
        Assert.Equal(["v2", "v1", "v1beta2", "v1beta1", "v1alpha1", "apple", "zebra"],
            ((string[])["zebra", "v1alpha1", "v1", "v1beta1", "apple", "v2", "v1beta2"]).Order(VersionPriority.Instance));
}
