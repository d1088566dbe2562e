using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Operator.Conformance.Verdicts;
using Operator.Testing.Clusters;

namespace Operator.Conformance.Semantics;

public class AdmissionTests(ConformanceRun run) : SemanticsTests(run)
{
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1/";

    [Theory]
    [MemberData(nameof(Targets))]
    public Task Mutation_comes_before_the_schema_and_the_schema_before_validation(string target) => RunAsync(target, async api =>
    {
        await using var server = await AdmissionServer.StartAsync();
        server.On("/mutate", request => (string?)request["name"] == "too-many"
            ? AdmissionServer.Patch("""[{"op":"add","path":"/spec/replicas","value":1000}]""")
            : AdmissionServer.Patch("""[{"op":"add","path":"/spec/size","value":"large"},{"op":"add","path":"/spec/surplus","value":true}]"""));
        server.On("/validate", request => (string?)request["name"] == "unwanted" ? AdmissionServer.Deny("not this one") : AdmissionServer.Allow());
        await using var registered = await RegisterAsync(api, server);

        // Without its size the object would not be valid: the mutation comes first. Defaults and pruning come before validation.
        var created = (await api.PostAsync(api.Widgets, Unsized("one"))).Must(201);
        Assert.Equal("large", (string?)created.Body["spec"]!["size"]);
        Assert.Null(created.Body["spec"]!["surplus"]);
        var seen = server.Calls.Last(c => c.Path == "/validate").Request;
        Assert.Equal("CREATE", (string?)seen["operation"]);
        Assert.Equal(("large", 1), ((string?)seen["object"]!["spec"]!["size"], (int)seen["object"]!["spec"]!["replicas"]!));
        Assert.Null(seen["oldObject"]);

        server.Calls.Clear();
        var invalid = (await api.PostAsync(api.Widgets, ApiSession.Widget("too-many"))).Must(422);
        Assert.Contains("spec.replicas: Invalid value: 1000", (string?)invalid.Body["message"], StringComparison.Ordinal);
        Assert.DoesNotContain(server.Calls, c => c.Path == "/validate");

        var refused = (await api.PostAsync(api.Widgets, Unsized("unwanted"))).Must(403);
        Assert.Equal(
            $"admission webhook \"validate.{api.Namespace}.example.com\" denied the request: not this one", (string?)refused.Body["message"]);
        (await api.GetAsync(api.Widgets + "/unwanted")).Must(404);
    }, NeedsLoopback);

    [Theory]
    [MemberData(nameof(Targets))]
    public Task Of_several_that_apply_a_new_object_at_once_none_is_refused(string target) => RunAsync(target, async api =>
    {
        await using var server = await AdmissionServer.StartAsync();
        server.On("/mutate", _ => AdmissionServer.Allow());
        // All are admitted as the creation before any is stored.
        using var all = new CountdownEvent(4);
        server.On("/validate", request =>
        {
            if ((string?)request["operation"] == "CREATE" && !all.IsSet)
            {
                all.Signal();
                all.Wait(TimeSpan.FromSeconds(10));
            }
            return AdmissionServer.Allow();
        });
        await using var registered = await RegisterAsync(api, server);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => api.PatchAsync(
            $"{api.Widgets}/shared?fieldManager=m{i}", ApiSession.Widget("shared", $$""","labels":{"m{{i}}":"yes"}"""), ApiSession.Apply)));

        Assert.All(answers, a => a.Must(a.Status is 200 ? 200 : 201));
        var shared = (await api.GetAsync(api.Widgets + "/shared")).Must(200);
        Assert.Equal(["m0", "m1", "m2", "m3"], shared.Body["metadata"]!["labels"]!.AsObject().Select(l => l.Key).Order());
    }, NeedsLoopback);

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_webhook_sees_the_whole_request(string target) => RunAsync(target, async api =>
    {
        await using var server = await AdmissionServer.StartAsync();
        server.On("/mutate", _ => AdmissionServer.Allow());
        server.On("/validate", _ => AdmissionServer.Allow());
        await using var registered = await RegisterAsync(api, server);
        var created = await api.CreateWidgetAsync("one");
        server.Calls.Clear();

        (await api.PatchAsync(api.Widgets + "/one?dryRun=All&fieldManager=me", """{"spec":{"replicas":3}}""")).Must(200);
        (await api.DeleteAsync(api.Widgets + "/one")).Must(200);

        var update = server.Calls.First(c => c.Path == "/validate").Request;
        Assert.Equal(("UPDATE", true), ((string?)update["operation"], (bool)update["dryRun"]!));
        Assert.Equal((1, 3), ((int)update["oldObject"]!["spec"]!["replicas"]!, (int)update["object"]!["spec"]!["replicas"]!));
        Assert.Equal((api.Namespace, "one"), ((string?)update["namespace"], (string?)update["name"]));
        Assert.Equal("""{"group":"example.com","version":"v1","kind":"Widget"}""", update["kind"]!.ToJsonString());
        Assert.Equal("""{"group":"example.com","version":"v1","resource":"widgets"}""", update["resource"]!.ToJsonString());
        Assert.NotEmpty((string)update["userInfo"]!["username"]!);
        Assert.Equal(("UpdateOptions", "me"), ((string?)update["options"]!["kind"], (string?)update["options"]!["fieldManager"]));
        var delete = server.Calls.Last(c => c.Path == "/validate").Request;
        Assert.Equal(("DELETE", false), ((string?)delete["operation"], (bool)delete["dryRun"]!));
        Assert.Equal(created.Uid, (string?)delete["oldObject"]!["metadata"]!["uid"]);
        Assert.Null(delete["object"]);
    }, NeedsLoopback);

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_webhook_that_fails_is_ignored_or_fatal_as_its_policy_says(string target) => RunAsync(target, async api =>
    {
        await using var server = await AdmissionServer.StartAsync();
        server.On("/mutate", _ => AdmissionServer.Allow());
        server.On("/validate", _ => AdmissionServer.Allow());
        await using (await RegisterAsync(api, server, "Ignore"))
        {
            await server.DisposeAsync();
            await api.CreateWidgetAsync("ignored");
        }
        await using var second = await AdmissionServer.StartAsync();
        second.On("/mutate", _ => AdmissionServer.Allow());
        second.On("/validate", _ => AdmissionServer.Allow());
        await using (await RegisterAsync(api, second, "Fail"))
        {
            await second.DisposeAsync();
            var failed = (await api.PostAsync(api.Widgets, ApiSession.Widget("fatal"))).Must(500);
            Assert.Equal("InternalError", (string?)failed.Body["reason"]);
            Assert.StartsWith(
                $"Internal error occurred: failed calling webhook \"mutate.{api.Namespace}.example.com\":", (string?)failed.Body["message"], StringComparison.Ordinal);
        }
    }, NeedsLoopback);

    [Theory]
    [MemberData(nameof(Targets))]
    public Task A_webhook_for_a_resource_is_not_asked_about_its_status(string target) => RunAsync(target, async api =>
    {
        await using var server = await AdmissionServer.StartAsync();
        server.On("/mutate", _ => AdmissionServer.Allow());
        server.On("/validate", _ => AdmissionServer.Deny("nothing changes"));
        await api.CreateWidgetAsync("one");
        await using var registered = await RegisterAsync(api, server);

        (await api.PatchAsync(api.Widgets + "/one", """{"spec":{"replicas":2}}""")).Must(403);
        // The rules name the resource, not its status.
        (await api.PatchAsync(api.Widgets + "/one/status", """{"status":{"replicas":2}}""")).Must(200);
    }, NeedsLoopback);

    private static string? NeedsLoopback(ClusterTarget target) =>
        target.IsPrivate ? null : "the cluster cannot reach webhooks on this machine's loopback";

    private static string Unsized(string name) => ApiSession.Widget(name, spec: """ "note":"none" """);

    private static async Task<IAsyncDisposable> RegisterAsync(ApiSession api, AdmissionServer server, string failurePolicy = "Fail")
    {
        foreach (var (kind, path) in new[] { ("Mutating", "mutate"), ("Validating", "validate") })
        {
            (await api.PostAsync(Configurations + Plural(kind), $$"""
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"{{kind}}WebhookConfiguration","metadata":{"name":"{{api.Namespace}}"},
                 "webhooks":[{"name":"{{path}}.{{api.Namespace}}.example.com","admissionReviewVersions":["v1"],"sideEffects":"None",
                  "failurePolicy":"{{failurePolicy}}","timeoutSeconds":5,
                  "namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"{{api.Namespace}}"} },
                  "clientConfig":{"url":"{{server.Address}}{{path}}","caBundle":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(server.Authority))}}"},
                  "rules":[{"apiGroups":["example.com"],"apiVersions":["v1"],"operations":["CREATE","UPDATE","DELETE"],"resources":["widgets"],"scope":"*"}]}]}
                """)).Must(201);
        }
        // A real server learns of webhooks by watching; both must have been asked before the test goes on.
        var probe = 0;
        await Eventually.HoldsAsync(
            async () =>
            {
                var name = "probe-" + (++probe).ToString(CultureInfo.InvariantCulture);
                await api.PostAsync(api.Widgets + "?dryRun=All", ApiSession.Widget(name));
                return server.Calls.Any(c => c.Path == "/mutate") && server.Calls.Any(c => c.Path == "/validate");
            },
            "the webhooks are called");
        server.Calls.Clear();
        return new Registration(api);
    }

    private static string Plural(string kind) => kind.ToLowerInvariant() + "webhookconfigurations";

    private sealed class Registration(ApiSession api) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var kind in new[] { "Mutating", "Validating" }) await api.DeleteAsync($"{Configurations}{Plural(kind)}/{api.Namespace}");
        }
    }
}
