using System.Text.Json.Nodes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Patching;
using Operator.Kubernetes.Serialization;
using Operator.Kubernetes.Tests.Support;

namespace Operator.Kubernetes.Tests.Client;

public class VerbTests
{
    private const string Map = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"n","resourceVersion":"7"},"data":{"k":"v"}}""";

    private static readonly KubernetesClientOptions WithWidgets = new() { JsonContexts = [WidgetContext.Default] };

    [Fact]
    public async Task Get_reads_an_object_by_its_path()
    {
        await using var api = await ApiStub.AnswerAsync(Map);
        using var client = api.Client();

        var map = await client.GetAsync<V1ConfigMap>("a", "n");

        Assert.Equal("v", map!.Data!["k"]);
        Assert.Equal("7", map.Metadata.ResourceVersion);
        Assert.Equal(("GET", "/api/v1/namespaces/n/configmaps/a"), (api.Last.Method, api.Last.Path));
        Assert.Equal("application/json", api.Last.Headers["Accept"]);
    }

    [Fact]
    public async Task Get_of_a_missing_object_is_null()
    {
        await using var api = await ApiStub.AnswerAsync(
            """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"configmaps \"a\" not found","details":{"name":"a","kind":"configmaps"},"code":404}""",
            404);
        using var client = api.Client();

        Assert.Null(await client.GetAsync<V1ConfigMap>("a", "n"));
        Assert.False(await client.DeleteAsync<V1ConfigMap>("a", "n"));
    }

    [Theory]
    [InlineData("404 page not found\n", "text/plain")]
    [InlineData("""{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"NotFound","message":"the server could not find the requested resource","details":{},"code":404}""", "application/json")]
    public async Task Get_of_a_kind_that_is_not_installed_is_an_error_and_not_null(string body, string type)
    {
        await using var api = await ApiStub.AnswerAsync(body, 404, type);
        using var client = api.Client(WithWidgets);

        var error = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync<Widget>("a", "n"));
        Assert.True(error.IsNotFound);
        Assert.False(error.IsObjectNotFound);
    }

    [Fact]
    public async Task List_fills_in_what_items_lack_and_sends_every_option()
    {
        await using var api = await ApiStub.AnswerAsync(
            """{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"12","continue":"t o/k","remainingItemCount":3},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}""");
        using var client = api.Client();

        var list = await client.ListAsync<V1ConfigMap>(new ListOptions
        {
            Namespace = "n", LabelSelector = "app in (a,b),!c", FieldSelector = "metadata.name=x", Limit = 2, Continue = "a+b/c=",
            ResourceVersion = "5", ResourceVersionMatch = "NotOlderThan",
        });

        Assert.Equal(["a", "b"], list.Items.Select(i => i.Metadata.Name));
        Assert.All(list.Items, i => Assert.Equal(("v1", "ConfigMap"), (i.ApiVersion, i.Kind)));
        Assert.Equal(("12", "t o/k", 3L), (list.Metadata.ResourceVersion, list.Metadata.Continue, list.Metadata.RemainingItemCount));
        var query = api.Last.Query;
        Assert.Equal("app in (a,b),!c", query["labelSelector"]);
        Assert.Equal("metadata.name=x", query["fieldSelector"]);
        Assert.Equal("2", query["limit"]);
        Assert.Equal("a+b/c=", query["continue"]);
        Assert.Equal("5", query["resourceVersion"]);
        Assert.Equal("NotOlderThan", query["resourceVersionMatch"]);
    }

    [Fact]
    public async Task A_list_over_all_namespaces_has_no_namespace_in_its_path()
    {
        await using var api = await ApiStub.AnswerAsync("""{"items":null,"metadata":{"resourceVersion":"1"}}""");
        using var client = api.Client(WithWidgets);

        Assert.Empty((await client.ListAsync<Widget>()).Items);
        Assert.Equal("/apis/example.com/v1/widgets", api.Last.Path);
    }

    [Fact]
    public async Task Create_posts_the_object_with_its_kind()
    {
        await using var api = await ApiStub.AnswerAsync("""{"metadata":{"name":"w-1","namespace":"n","uid":"u"},"spec":{"size":"big"}}""", 201);
        using var client = api.Client(WithWidgets);

        var created = await client.CreateAsync(
            new Widget { Metadata = new V1ObjectMeta { GenerateName = "w-", NamespaceProperty = "n" }, Spec = new() { Size = "big" } },
            new WriteOptions { DryRun = true, FieldManager = "me", FieldValidation = "Strict" });

        Assert.Equal(("example.com/v1", "Widget", "w-1"), (created.ApiVersion, created.Kind, created.Metadata.Name));
        Assert.Equal(("POST", "/apis/example.com/v1/namespaces/n/widgets"), (api.Last.Method, api.Last.Path));
        Assert.Equal(("All", "me", "Strict"), (api.Last.Query["dryRun"], api.Last.Query["fieldManager"], api.Last.Query["fieldValidation"]));
        Assert.Equal("application/json", api.Last.Headers["Content-Type"]);
        var expected = """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"generateName":"w-","namespace":"n"},"spec":{"size":"big"},"status":{}}""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(api.Last.Body)), api.Last.Body);
    }

    [Fact]
    public async Task Update_and_status_update_put_to_their_own_paths()
    {
        await using var api = await ApiStub.AnswerAsync("""{"metadata":{"name":"w","namespace":"n"}}""");
        using var client = api.Client(WithWidgets);
        var widget = new Widget { Metadata = new V1ObjectMeta { Name = "w", NamespaceProperty = "n", ResourceVersion = "4" } };

        await client.UpdateAsync(widget);
        Assert.Equal(("PUT", "/apis/example.com/v1/namespaces/n/widgets/w"), (api.Last.Method, api.Last.Path));
        await client.UpdateStatusAsync(widget);
        Assert.Equal(("PUT", "/apis/example.com/v1/namespaces/n/widgets/w/status"), (api.Last.Method, api.Last.Path));
        Assert.Equal("4", JsonNode.Parse(api.Last.Body)!["metadata"]!["resourceVersion"]!.ToString());
    }

    [Fact]
    public async Task Every_patch_kind_has_its_media_type()
    {
        await using var api = await ApiStub.AnswerAsync("""{"metadata":{"name":"w","namespace":"n"}}""");
        using var client = api.Client(WithWidgets);
        (KubernetesPatch Patch, string Type)[] kinds =
        [
            (KubernetesPatch.FromOperations(JsonPatchOperation.Add("/spec/size", "big")), "application/json-patch+json"),
            (KubernetesPatch.Merge(new JsonObject { ["spec"] = null }), "application/merge-patch+json"),
            (KubernetesPatch.StrategicMerge([]), "application/strategic-merge-patch+json"),
            (KubernetesPatch.Apply(new Widget(), client.Json), "application/apply-patch+yaml"),
        ];

        foreach (var (patch, type) in kinds)
        {
            await client.PatchAsync<Widget>("w", "n", patch, new PatchOptions { FieldManager = "me", Force = patch.Type == PatchType.Apply });
            Assert.Equal(("PATCH", type), (api.Last.Method, api.Last.Headers["Content-Type"]));
            Assert.Equal(patch.Type == PatchType.Apply, api.Last.Query.ContainsKey("force"));
        }
        await client.PatchAsync<Widget>("w", "n", kinds[1].Patch, new PatchOptions { Subresource = "status", DryRun = true });
        Assert.Equal("/apis/example.com/v1/namespaces/n/widgets/w/status", api.Last.Path);
        Assert.Equal("All", api.Last.Query["dryRun"]);
    }

    [Fact]
    public async Task An_apply_without_a_field_manager_is_refused_before_it_is_sent()
    {
        await using var api = await ApiStub.AnswerAsync("{}");
        using var client = api.Client(WithWidgets);

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => client.PatchAsync<Widget>("w", "n", KubernetesPatch.Apply(new Widget(), client.Json)));
        Assert.Contains("field manager", error.Message, StringComparison.Ordinal);
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task Delete_sends_preconditions_propagation_grace_and_dry_run()
    {
        await using var api = await ApiStub.AnswerAsync("""{"kind":"Status","apiVersion":"v1","status":"Success"}""");
        using var client = api.Client();

        Assert.True(await client.DeleteAsync<V1Job>("j", "n", new DeleteOptions
        {
            Uid = "u", ResourceVersion = "9", PropagationPolicy = "Foreground", GracePeriodSeconds = 0, DryRun = true,
        }));

        Assert.Equal(("DELETE", "/apis/batch/v1/namespaces/n/jobs/j"), (api.Last.Method, api.Last.Path));
        var expected = """{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0,"propagationPolicy":"Foreground","preconditions":{"uid":"u","resourceVersion":"9"},"dryRun":["All"]}""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(api.Last.Body)), api.Last.Body);
    }

    [Fact]
    public async Task Delete_collection_needs_a_namespace_and_sends_the_selectors()
    {
        await using var api = await ApiStub.AnswerAsync("""{"kind":"ConfigMapList","apiVersion":"v1","items":[]}""");
        using var client = api.Client();

        await client.DeleteCollectionAsync<V1ConfigMap>(new ListOptions { Namespace = "n", LabelSelector = "a=b" });
        Assert.Equal(("DELETE", "/api/v1/namespaces/n/configmaps", "a=b"), (api.Last.Method, api.Last.Path, api.Last.Query["labelSelector"]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.DeleteCollectionAsync<V1ConfigMap>(new ListOptions()));
    }

    [Fact]
    public async Task Scale_is_read_and_patched_as_a_scale()
    {
        await using var api = await ApiStub.AnswerAsync(
            """{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d"},"spec":{"replicas":3},"status":{"replicas":2,"selector":"a=b"}}""");
        using var client = api.Client();

        var scale = await client.GetScaleAsync<V1Deployment>("d", "n");
        Assert.Equal((3, 2, "a=b"), (scale!.Spec.Replicas, scale.Status!.Replicas, scale.Status.Selector));
        await client.PatchScaleAsync<V1Deployment>("d", "n", KubernetesPatch.Merge([]), new WriteOptions { FieldManager = "me" });
        Assert.Equal(("PATCH", "/apis/apps/v1/namespaces/n/deployments/d/scale", "me"), (api.Last.Method, api.Last.Path, api.Last.Query["fieldManager"]));
        await Assert.ThrowsAsync<ArgumentException>(
            () => client.PatchAsync<V1Deployment>("d", "n", KubernetesPatch.Merge([]), new PatchOptions { Subresource = "scale" }));
    }

    [Fact]
    public async Task Names_are_escaped_and_cannot_leave_their_segment()
    {
        await using var api = await ApiStub.AnswerAsync("""{"metadata":{"name":"x"}}""");
        using var client = api.Client();

        await client.GetAsync<V1ConfigMap>("a b?c#d:e", "n");
        Assert.Equal("/api/v1/namespaces/n/configmaps/a%20b%3Fc%23d%3Ae", api.Last.Path);
        foreach (var bad in new[] { "..", ".", "a/b", "a%2fb" })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync<V1ConfigMap>(bad, "n"));
            await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync<V1ConfigMap>("a", bad));
        }
        Assert.Single(api.Requests);
    }

    [Fact]
    public async Task A_namespaced_kind_without_a_namespace_is_refused_by_name()
    {
        await using var api = await ApiStub.AnswerAsync("{}");
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync<V1ConfigMap>("settings"));
        Assert.Contains("ConfigMap is namespaced: give the namespace of 'settings'", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => client.CreateAsync(new V1ConfigMap()));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync<V1Namespace>("a", "n"));
        Assert.Empty(api.Requests);
    }

    [Fact]
    public async Task A_base_path_in_the_address_is_kept()
    {
        await using var api = await ApiStub.AnswerAsync(Map);
        using var client = new KubernetesClient(new() { Server = new Uri(api.Address, "k8s/clusters/c-1") });

        await client.GetAsync<V1ConfigMap>("a", "n");
        Assert.Equal("/k8s/clusters/c-1/api/v1/namespaces/n/configmaps/a", api.Last.Path);
    }

    [Fact]
    public async Task A_type_without_json_metadata_says_what_to_add()
    {
        await using var api = await ApiStub.AnswerAsync("{}");
        using var client = api.Client();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => client.GetAsync<Widget>("a", "n"));
        Assert.Contains("[JsonSerializable(typeof(Widget))]", error.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => { client.WatchAsync<Widget>(); });
    }

    [Fact]
    public async Task An_object_that_does_not_fit_its_type_is_named()
    {
        await using var api = await ApiStub.AnswerAsync(
            """{"metadata":{},"items":[{"metadata":{"name":"good"}},{"metadata":{"name":"bad","namespace":"n"},"spec":{"replicas":"three"}}]}""");
        using var client = api.Client(WithWidgets);

        var error = await Assert.ThrowsAsync<UnreadableObjectException>(() => client.ListAsync<Widget>());
        Assert.Equal("n/bad", error.Identity);
        Assert.Contains("spec.replicas", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Raw_reads_stay_on_the_server()
    {
        await using var api = await ApiStub.AnswerAsync("ok", contentType: "text/plain");
        using var client = api.Client();

        Assert.Equal("ok", await client.GetTextAsync("/readyz?verbose"));
        Assert.Equal("/readyz", api.Last.Path);
        Assert.Equal("ok", await client.ReadPodLogAsync("p", "n", new PodLogOptions { Container = "c", TailLines = 3 }));
        Assert.Equal(("/api/v1/namespaces/n/pods/p/log", "3"), (api.Last.Path, api.Last.Query["tailLines"]));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetTextAsync("http://elsewhere.invalid/"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetTextAsync("ftp:elsewhere"));
        Assert.Equal("ok", await client.GetTextAsync("//elsewhere.invalid/x"));
        Assert.Equal("/elsewhere.invalid/x", api.Last.Path);
    }
}
