using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Operator.Kubernetes.Tests.Support;
using Operator.Kubernetes.Yaml;

namespace Operator.Kubernetes.Tests.Client;

public class GenericClientTests
{
    private const string Resources = """{"kind":"APIResourceList","resources":[{"name":"widgets/status","kind":"Widget","namespaced":true},{"name":"widgets","kind":"Widget","namespaced":true},{"name":"planets","kind":"Planet","namespaced":false}]}""";

    [Fact]
    public async Task A_manifest_of_any_kind_is_applied_by_discovery()
    {
        await using var api = await StartAsync();
        using var client = api.Client(new() { FieldManager = "cli" });
        var generic = new GenericClient(client);

        var applied = await generic.ApplyAsync(
            KubernetesYaml.ParseObject("apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: big}"), new PatchOptions { Force = true });

        Assert.Equal("stored", applied["metadata"]!["name"]!.ToString());
        Assert.Equal(["/apis/example.com/v1", "/apis/example.com/v1/namespaces/default/widgets/w"], api.Requests.Select(r => r.Path));
        Assert.Equal(("PATCH", "application/apply-patch+yaml", "cli", "true"),
            (api.Last.Method, api.Last.Headers["Content-Type"], api.Last.Query["fieldManager"], api.Last.Query["force"]));
        await generic.ApplyAsync(KubernetesYaml.ParseObject("apiVersion: example.com/v1\nkind: Planet\nmetadata: {name: p, namespace: ignored}"));
        Assert.Equal("/apis/example.com/v1/planets/p", api.Last.Path);
        Assert.Equal(3, api.Requests.Count);
    }

    [Fact]
    public async Task A_kind_that_is_not_installed_is_named_and_asked_for_again()
    {
        await using var api = await StartAsync();
        using var client = api.Client();
        var generic = new GenericClient(client);

        foreach (var apiVersion in new[] { "example.com/v1", "missing.example.com/v1" })
        {
            var error = await Assert.ThrowsAsync<KubernetesException>(() => generic.GetAsync(apiVersion, "Gadget", "g"));
            Assert.True(error.IsNotFound);
            Assert.Contains($"serves no kind Gadget in {apiVersion}", error.Message, StringComparison.Ordinal);
        }
        await Assert.ThrowsAsync<KubernetesException>(() => generic.GetAsync("example.com/v1", "Gadget", "g"));
        Assert.Equal(3, api.Requests.Count);
        await Assert.ThrowsAsync<ArgumentException>(() => generic.GetAsync("a/b/c", "Gadget", "g"));
    }

    [Fact]
    public async Task Objects_are_read_listed_and_deleted_as_documents()
    {
        await using var api = await StartAsync();
        using var client = api.Client();
        var generic = new GenericClient(client);

        Assert.Null(await generic.GetAsync("example.com/v1", "Widget", "none", "n"));
        Assert.False(await generic.DeleteAsync("example.com/v1", "Widget", "none", "n"));
        Assert.True(await generic.DeleteAsync("example.com/v1", "Widget", "w", "n"));
        var list = await generic.ListAsync("example.com/v1", "Widget", new ListOptions { Namespace = "n" });
        Assert.Equal("Widget", Assert.Single(list.Items)["kind"]!.ToString());
        var patched = await generic.PatchAsync("example.com/v1", "Widget", "w", "n", KubernetesPatch.Merge(new JsonObject { ["spec"] = null }));
        Assert.Equal("stored", patched["metadata"]!["name"]!.ToString());
    }

    [Theory]
    [InlineData("kind: Widget\nmetadata: {name: w}", "has no apiVersion")]
    [InlineData("apiVersion: v1\nmetadata: {name: w}", "has no kind")]
    [InlineData("apiVersion: v1\nkind: Widget", "has no metadata.name")]
    public async Task A_manifest_without_its_identity_is_refused(string yaml, string expected)
    {
        await using var api = await StartAsync();
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => new GenericClient(client).ApplyAsync(KubernetesYaml.ParseObject(yaml)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    private static Task<ApiStub> StartAsync() => ApiStub.StartAsync(context => context.Request.Path.Value switch
    {
        "/apis/example.com/v1" => context.WriteAsync(Resources),
        "/apis/example.com/v1/namespaces/n/widgets" => context.WriteAsync("""{"items":[{"metadata":{"name":"a"}}]}"""),
        { } path when path.EndsWith("/none", StringComparison.Ordinal) => context.WriteAsync(
            """{"kind":"Status","apiVersion":"v1","reason":"NotFound","code":404,"details":{"name":"none","kind":"widgets"}}""", 404),
        { } path when path.StartsWith("/apis/example.com/v1/", StringComparison.Ordinal) => context.WriteAsync("""{"metadata":{"name":"stored"}}"""),
        _ => context.WriteAsync("404 page not found", 404, "text/plain"),
    });
}
