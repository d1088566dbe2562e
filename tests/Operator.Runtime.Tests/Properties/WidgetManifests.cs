using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes;
using Operator.Runtime.Tests.Fakes;

namespace Operator.Runtime.Tests.Properties;

/// <summary>What a cluster needs before it holds widgets.</summary>
internal static class WidgetManifests
{
    public static IReadOnlyList<JsonObject> All =>
    [
        Parse("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"one"}}"""),
        Parse("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"two"}}"""),
        Parse("""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.test.dev"},
             "spec":{"group":"test.dev","scope":"Namespaced","names":{"plural":"widgets","singular":"widget","kind":"Widget","listKind":"WidgetList"},
              "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},"schema":{"openAPIV3Schema":{"type":"object",
               "properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
                             "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}
            """),
    ];

    /// <summary>Waits until widgets are served.</summary>
    public static async Task EstablishedAsync(IKubernetesClient client)
    {
        for (var i = 0; i < 100; i++)
        {
            try
            {
                await client.ListAsync<Widget>();
                return;
            }
            catch (KubernetesException e) when (e.IsNotFound)
            {
                await Task.Delay(20);
            }
        }
        throw new TimeoutException("The widgets' definition was not established.");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}

/// <summary>The serialization of widgets: tests may use reflection.</summary>
internal static class WidgetJson
{
    public static IJsonTypeInfoResolver Resolver { get; } = new DefaultJsonTypeInfoResolver();

    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { TypeInfoResolver = Resolver };
}
