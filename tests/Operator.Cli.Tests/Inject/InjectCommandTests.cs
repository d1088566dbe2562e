using System.Text.Json.Nodes;
using Operator.Cli.Cluster;
using Operator.Kubernetes.Yaml;

namespace Operator.Cli.Tests.Inject;

public sealed class InjectCommandTests : IDisposable
{
    private const string Declared = """
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeQuota
        metadata: {name: team}
        spec: {tier: Start, credentialsRef: {secretName: claude-api-key}}
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: triage}
        spec: {model: claude-sonnet-5-5, prompt: {name: triage, version: v1}, quotaRef: {name: team}}
        ---

        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("inject-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Pod", "v1", "")]
    [InlineData("Deployment", "apps/v1", "spec.template")]
    [InlineData("StatefulSet", "apps/v1", "spec.template")]
    [InlineData("Job", "batch/v1", "spec.template")]
    [InlineData("CronJob", "batch/v1", "spec.jobTemplate.spec.template")]
    [InlineData("Rollout", "argoproj.io/v1alpha1", "spec.template")]
    public async Task Every_kind_that_makes_pods_gets_the_limiter_of_the_webhook(string kind, string version, string path)
    {
        var (code, documents, error) = await InjectAsync(Declared + Manifest(kind, version, path));

        Assert.Equal((ExitCode.Done, ""), (code, error));
        Assert.Equal(["ClaudeQuota", "ClaudeDeployment", kind], documents.Select(d => (string)d["kind"]!));
        var pod = path.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode)documents[2], (n, key) => n[key]!);
        Assert.Equal("injected", (string?)pod["metadata"]!["labels"]!["claudeops.dev/limiter"]);
        var limiter = Assert.Single(pod["spec"]!["initContainers"]!.AsArray())!;
        Assert.Equal(("claude-limiter", "registry.example/limiter@sha256:1", "Always"), ((string?)limiter["name"], (string?)limiter["image"], (string?)limiter["restartPolicy"]));
        Assert.Equal("https://claude-operator-limiters.team-a.svc", Variable(limiter, "CLAUDE_LIMITER_OPERATOR"));
        Assert.Equal("https://claude.example", Variable(limiter, "CLAUDE_LIMITER_UPSTREAM"));
        var app = Assert.Single(pod["spec"]!["containers"]!.AsArray())!;
        Assert.Equal("http://127.0.0.1:8787", Variable(app, "ANTHROPIC_BASE_URL"));
        Assert.Contains("claude-api-key", pod["spec"]!["volumes"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_else_of_a_manifest_stays_as_it_is()
    {
        const string Odd = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: odd}
            data: {a: "yes", b: "No", c: "0755", d: "1e3", e: "x: y # z", f: "- a", g: "line\n  two\n", h: "", i: " x ", j: "null", k: "~", l: "{a}", m: "N", n: "2026-11-21", o: "*a", p: ".5", q: "a\tb", r: "'", s: "true", t: "0x1f", u: "é ☃"}
            """;
        var manifest = Manifest("Deployment", "apps/v1", "spec.template");
        var (code, documents, _) = await InjectAsync(Declared + manifest + "\n---\n" + Odd);

        Assert.Equal(ExitCode.Done, code);
        Assert.True(JsonNode.DeepEquals(KubernetesYaml.ParseObject(Odd), documents[3]), documents[3].ToJsonString());
        var (before, after) = (KubernetesYaml.ParseObject(manifest)["spec"]!["template"]!["spec"]!, documents[2]["spec"]!["template"]!["spec"]!);
        // A field that this command knows nothing of.
        Assert.Equal(before["schedulingGates"]!.ToJsonString(), after["schedulingGates"]!.ToJsonString());
        Assert.Equal(before["containers"]![0]!["args"]!.ToJsonString(), after["containers"]![0]!["args"]!.ToJsonString());
    }

    [Fact]
    public async Task A_second_time_changes_nothing()
    {
        var (_, first, _) = await InjectAsync(Declared + Manifest("Deployment", "apps/v1", "spec.template"));
        var (code, second, _) = await InjectAsync(string.Join("\n---\n", first.Select(d => d.ToJsonString())));

        Assert.Equal(ExitCode.Done, code);
        Assert.Equal(first.Select(d => d.ToJsonString()), second.Select(d => d.ToJsonString()));
    }

    [Fact]
    public async Task When_one_pod_cannot_have_its_limiter_nothing_is_written()
    {
        var good = Manifest("Deployment", "apps/v1", "spec.template");
        var bad = good.Replace("\"containers\"", "\"hostNetwork\": true, \"containers\"", StringComparison.Ordinal).Replace("\"name\": \"tool\"", "\"name\": \"other\"", StringComparison.Ordinal);
        var (code, documents, error) = await InjectAsync(Declared + good + "\n---\n" + bad);

        Assert.Equal(ExitCode.Failed, code);
        Assert.Empty(documents);
        Assert.Contains("Deployment/other: the pod has spec.hostNetwork", error, StringComparison.Ordinal);
        Assert.Contains("1 of 2 objects", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_quota_that_is_missing_is_told()
    {
        var (code, documents, error) = await InjectAsync(Declared.Replace("kind: ClaudeQuota", "kind: ClaudeQuotas", StringComparison.Ordinal) + Manifest("Pod", "v1", ""));

        Assert.Equal((ExitCode.Failed, 0), (code, documents.Count));
        Assert.Contains("there is no ClaudeQuota team-a/team", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_that_ask_for_nothing_stay_as_they_are()
    {
        var manifest = Manifest("Deployment", "apps/v1", "spec.template").Replace("claudeops.dev/inject", "claudeops.dev/other", StringComparison.Ordinal);
        var (code, documents, error) = await InjectAsync(Declared + manifest);

        Assert.Equal(ExitCode.Done, code);
        Assert.True(JsonNode.DeepEquals(KubernetesYaml.ParseObject(manifest), documents[2]));
        Assert.Contains("no pod here asks for a limiter", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a: b: c", "file.yaml")]
    [InlineData("apiVersion: v1\nkind: Pod\nmetadata: {labels: {claudeops.dev/inject: \"true\"}}\nspec: {containers: 7}", "containers")]
    public async Task What_cannot_be_read_is_told(string text, string expected)
    {
        var (code, documents, error) = await InjectAsync(text);

        Assert.Equal((ExitCode.Usage, 0), (code, documents.Count));
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    private static string? Variable(JsonNode container, string name) => (string?)container["env"]!.AsArray().Single(v => (string?)v!["name"] == name)!["value"];

    private static string Manifest(string kind, string version, string path)
    {
        JsonObject pod = new()
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "tool", ["claudeops.dev/inject"] = "true" } },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "registry.example/tool:1", ["args"] = new JsonArray("--when=no", "n", "0755", "- x: y", "a\n  b\n") }),
                ["schedulingGates"] = new JsonArray(new JsonObject { ["name"] = "example.com/wait" }),
            },
        };
        foreach (var key in path.Split('.', StringSplitOptions.RemoveEmptyEntries).Reverse()) pod = new JsonObject { [key] = pod };
        (pod["apiVersion"], pod["kind"]) = (version, kind);
        if (pod["metadata"] is null) pod["metadata"] = new JsonObject();
        pod["metadata"]!["name"] = "tool";
        return pod.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
    }

    private async Task<(int Code, IReadOnlyList<JsonObject> Documents, string Error)> InjectAsync(string manifests)
    {
        var file = Path.Combine(_folder, "file.yaml");
        await File.WriteAllTextAsync(file, manifests, TestContext.Current.CancellationToken);
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandTree.RunAsync(
            ["inject", file, "--offline", "-n", "team-a", "--limiter-image", "registry.example/limiter@sha256:1", "--upstream", "https://claude.example"],
            new() { Output = output, Error = error }, TestContext.Current.CancellationToken);
        return (code, [.. KubernetesYaml.Parse(output.ToString()).OfType<JsonObject>()], error.ToString());
    }
}
