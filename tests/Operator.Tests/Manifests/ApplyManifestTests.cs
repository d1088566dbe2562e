using System.Text.Json.Nodes;
using Xunit;

namespace Operator.Tests.Manifests;

public sealed partial class ApplyManifestTests(InstalledManifests installed) : IClassFixture<InstalledManifests>
{
    public static TheoryData<string> Targets => InstalledManifests.Targets;

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_default_installation_is_accepted_and_its_kinds_are_established(string target)
    {
        var (kubectl, applied) = await installed.OnAsync(target);
        var (exit, text) = await RunAsync(kubectl, "apply", "-k", "default");

        Assert.True(exit == 0, applied + text);
        Assert.DoesNotContain("Warning", applied, StringComparison.Ordinal);
        // kubectl replaces the selector of a disruption budget on every apply, whatever it was.
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("poddisruptionbudget", StringComparison.Ordinal)), l => Assert.EndsWith("unchanged", l, StringComparison.Ordinal));
        foreach (var kind in new[] { "claudedeployments", "claudequotas", "claudeevalruns" })
        {
            var (_, conditions) = await RunAsync(kubectl, "get", "crd", kind + ".claudeops.dev", "-o", "jsonpath={range .status.conditions[*]}{.type}={.status} {end}");
            Assert.Contains("Established=True", conditions, StringComparison.Ordinal);
            Assert.Contains("NamesAccepted=True", conditions, StringComparison.Ordinal);
            Assert.DoesNotContain("NonStructuralSchema=True", conditions, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task The_namespaced_installation_is_accepted(string target)
    {
        var (kubectl, _) = await installed.OnAsync(target);
        var (exit, text) = await RunAsync(kubectl, "apply", "--dry-run=server", "-k", "namespaced");

        Assert.True(exit == 0, text);
        (_, text) = await RunAsync(kubectl, "kustomize", "namespaced");
        Assert.Contains("CLAUDE_OPERATOR_NAMESPACE", text, StringComparison.Ordinal);
        Assert.DoesNotContain("kind: ClusterRole", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Webhook", text, StringComparison.Ordinal);
        Assert.Contains("name: claude-operator-limiters", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Explain_teaches(string target)
    {
        var (kubectl, _) = await installed.OnAsync(target);
        // kubectl explains from what it knew of the server; listing the resources renews that.
        await RunAsync(kubectl, "api-resources", "--api-group=claudeops.dev");
        var (exit, text) = await RunAsync(kubectl, "explain", "cdep.spec.canary");

        Assert.True(exit == 0, text);
        Assert.Contains("How a new revision receives traffic", text, StringComparison.Ordinal);
        foreach (var word in new[] { "percentage", "Short form", "steps", "weights that", "stickyBy", "Conversation", "enum: Conversation, User, Request" }) Assert.Contains(word, text, StringComparison.Ordinal);
        (_, text) = await RunAsync(kubectl, "explain", "cdep.spec.gates.live.metric");
        Assert.Contains("cacheHitRatio: Share of input tokens that were read from the cache", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Samples_are_accepted_with_their_defaults_and_columns(string target)
    {
        var (kubectl, _) = await installed.OnAsync(target);
        var (exit, text) = await RunAsync(kubectl, "apply", "-k", "samples");
        Assert.True(exit == 0, text);
        (exit, text) = await RunAsync(kubectl, "apply", "-k", "samples");
        Assert.True(exit == 0 && text.Split('\n', StringSplitOptions.RemoveEmptyEntries).All(l => l.EndsWith("unchanged", StringComparison.Ordinal)), text);

        (_, text) = await RunAsync(kubectl, "-n", "support", "get", "cdep", "ticket-triage", "-o", "json");
        var spec = JsonNode.Parse(text)!["spec"]!;
        Assert.Equal("Inject", spec["prompt"]!["delivery"]!.GetValue<string>());
        Assert.Equal("Conversation", spec["canary"]!["stickyBy"]!.GetValue<string>());
        Assert.Equal("2h", spec["progressDeadline"]!.GetValue<string>());
        Assert.Equal("1", spec["canary"]!["steps"]![0]!["weight"]!.ToJsonString());

        (_, text) = await RunAsync(kubectl, "-n", "support", "get", "cdep", "-o", "wide");
        Assert.Equal(["NAME", "STABLE", "CANARY", "WEIGHT", "STEP", "GATES", "PHASE", "READY", "AGE", "MODEL", "MESSAGE"], text.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        (exit, text) = await RunAsync(kubectl, "get", "cq,cer", "-A");
        Assert.True(exit == 0 && text.Contains("organization", StringComparison.Ordinal), text);
    }

    [Theory]
    [MemberData(nameof(BadManifests))]
    public async Task A_bad_manifest_is_refused_with_its_path(string target, string kind, string spec, string path)
    {
        var (kubectl, _) = await installed.OnAsync(target);
        var (exit, text) = await ApplyAsync(kubectl, kind, JsonNode.Parse(spec)!);

        Assert.NotEqual(0, exit);
        Assert.Contains(path, text, StringComparison.Ordinal);
    }

    /// <summary>Rules across fields are CEL, which the local cluster does not run; there the webhook tells.</summary>
    [Theory]
    [InlineData("ClaudeDeployment", """{"model":"m","prompt":{"name":"p","version":"1"},"quotaRef":{"name":"q"},"canary":{"percentage":5,"steps":[{"weight":1}]}}""", "either percentage or steps")]
    [InlineData("ClaudeDeployment", """{"model":"m","prompt":{"name":"p","version":"1"},"quotaRef":{"name":"q"},"canary":{"steps":[{"weight":1,"pause":{}}]}}""", "either a weight or a pause")]
    [InlineData("ClaudeDeployment", """{"model":"m","prompt":{"name":"p","version":"1"},"quotaRef":{"name":"q"},"gates":{"evals":[{"name":"a"}]}}""", "exactly one of suite")]
    [InlineData("ClaudeDeployment", """{"model":"m","prompt":{"name":"p","version":"1"},"quotaRef":{"name":"q"},"gates":{"live":[{"metric":"errorRate","max":"1%","min":"1%"}]}}""", "exactly one of max")]
    [InlineData("ClaudeQuota", """{"tier":"Start","parentRef":{"name":"a"}}""", "without a parent only")]
    [InlineData("ClaudeQuota", """{"tier":"Start","share":{"guarantee":"1%"}}""", "needs a parent")]
    [InlineData("ClaudeQuota", """{"source":"RateLimitsApi"}""", "needs credentialsRef")]
    public async Task A_rule_across_fields_is_refused_by_a_real_API_server(string kind, string spec, string message)
    {
        var (kubectl, _) = await installed.OnAsync("envtest");
        var (exit, text) = await ApplyAsync(kubectl, kind, JsonNode.Parse(spec)!);

        Assert.NotEqual(0, exit);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_spec_of_an_eval_run_is_immutable_on_a_real_API_server()
    {
        var (kubectl, _) = await installed.OnAsync("envtest");
        var spec = JsonNode.Parse($$$"""{"deploymentRef":{"name":"a"},"gate":"g","revision":"{{{new string('a', 64)}}}","result":{"passed":1,"total":2}}""")!;
        var (created, text) = await ApplyAsync(kubectl, "ClaudeEvalRun", spec.DeepClone());
        Assert.True(created == 0, text);
        spec["result"]!["passed"] = 2;
        var (changed, answer) = await ApplyAsync(kubectl, "ClaudeEvalRun", spec);

        Assert.NotEqual(0, changed);
        Assert.Contains("the spec of an eval run cannot change", answer, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string, string> BadManifests
    {
        get
        {
            (string Kind, string Spec, string Path)[] bad =
            [
                ("ClaudeDeployment", """{"prompt":{"name":"p","version":"1"},"quotaRef":{"name":"q"}}""", "spec.model"),
                ("ClaudeDeployment", Deployment("\"model\":\"Bad Model\""), "spec.model"),
                ("ClaudeDeployment", Deployment("\"lane\":\"express\""), "spec.lane"),
                ("ClaudeDeployment", Deployment("\"canary\":{\"steps\":[{\"weight\":101}]}"), "spec.canary.steps[0].weight"),
                ("ClaudeDeployment", Deployment("\"canary\":{\"steps\":[{\"weight\":\"ten\"}]}"), "spec.canary.steps[0].weight"),
                ("ClaudeDeployment", Deployment("\"canary\":{\"steps\":[{\"weight\":1,\"hold\":\"5 minutes\"}]}"), "spec.canary.steps[0].hold"),
                ("ClaudeDeployment", Deployment("\"gates\":{\"evals\":[{\"name\":\"a\",\"external\":{}},{\"name\":\"a\",\"external\":{}}]}"), "spec.gates.evals[1]"),
                ("ClaudeDeployment", Deployment("\"gates\":{\"live\":[{\"metric\":\"speed\",\"max\":\"1s\"}]}"), "spec.gates.live[0].metric"),
                ("ClaudeDeployment", Deployment("\"gates\":{\"evals\":[{\"name\":\"a\",\"http\":{\"url\":\"http://x\"}}]}"), "spec.gates.evals[0].http.url"),
                ("ClaudeQuota", """{"tier":"Gold"}""", "spec.tier"),
                ("ClaudeQuota", """{"limits":[{"models":[]}]}""", "spec.limits[0].models"),
                ("ClaudeQuota", """{"spend":{"monthly":"a lot"}}""", "spec.spend.monthly"),
                ("ClaudeEvalRun", """{"deploymentRef":{"name":"a"},"gate":"g","revision":"abc"}""", "spec.revision"),
            ];
            var rows = new TheoryData<string, string, string, string>();
            foreach (var target in InstalledManifests.Targets)
            {
                foreach (var (kind, spec, path) in bad) rows.Add(target.Data, kind, spec, path);
            }
            return rows;
        }
    }

    private static string Deployment(string extra) =>
        $$"""{"model":"m","prompt":{"name":"p","version":"1"},"quotaRef":{"name":"q"},{{extra}}}""".Replace("\"model\":\"m\",\"prompt\"", extra.StartsWith("\"model", StringComparison.Ordinal) ? "\"prompt\"" : "\"model\":\"m\",\"prompt\"", StringComparison.Ordinal);

    private static Task<(int Exit, string Text)> ApplyAsync(KubectlRun kubectl, string kind, JsonNode spec)
    {
        var manifest = new JsonObject
        {
            ["apiVersion"] = "claudeops.dev/v1alpha1",
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = "one", ["namespace"] = "default" },
            ["spec"] = spec,
        };
        return kubectl.RunAsync(manifest.ToJsonString(), TestContext.Current.CancellationToken, "apply", "-f", "-");
    }

    private static Task<(int Exit, string Text)> RunAsync(KubectlRun kubectl, params IEnumerable<string> arguments) =>
        kubectl.RunAsync(null, TestContext.Current.CancellationToken, arguments);
}
