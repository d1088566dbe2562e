using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Operator.Kubernetes.Yaml;
using Operator.Tests.Manifests;
using Xunit;

namespace Operator.Tests.GitOps;

/// <summary>
/// Evaluates the health expressions where CEL lives: a real API server does it in an admission policy that refuses every change of a
/// status with what the three expressions say of it.
/// </summary>
public sealed partial class FluxExpressionTests(InstalledManifests installed) : IClassFixture<InstalledManifests>
{
    private const string Target = "envtest";

    private static readonly (string Status, string Verdict)[] Deployments =
    [
        ("""{"phase": "Pending"}""", "inProgress"),
        ("""{"observedGeneration": 7, "conditions": [{"type": "Ready", "status": "True", "reason": "R", "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"}]}""", "inProgress current"),
        ("""{"observedGeneration": 1, "conditions": [{"type": "Ready", "status": "False", "reason": "R", "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"}, {"type": "Reconciling", "status": "True", "reason": "R", "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"}]}""", "inProgress"),
        ("""{"observedGeneration": 1, "phase": "RolledBack", "conditions": [{"type": "Ready", "status": "False", "reason": "R", "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"}, {"type": "Stalled", "status": "True", "reason": "R", "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"}]}""", "failed"),
        ("""{"observedGeneration": 1, "phase": "Healthy", "conditions": [{"type": "Ready", "status": "True", "reason": "R", "message": "", "lastTransitionTime": "2026-11-01T00:00:00Z"}]}""", "current"),
    ];

    [Fact]
    public async Task The_expressions_tell_progress_failure_and_readiness_apart()
    {
        var token = TestContext.Current.CancellationToken;
        if (InstalledManifests.Targets.All(t => t.Data != Target)) Assert.Skip("the target envtest is not selected");
        var (kubectl, _) = await installed.OnAsync(Target);
        var expressions = Expressions("ClaudeDeployment");
        var (exit, text) = await kubectl.RunAsync(YamlText.Write([Policy(expressions), Binding()]), token, "apply", "-f", "-");
        Assert.True(exit == 0, text);
        try
        {
            (exit, text) = await kubectl.RunAsync(null, token, "create", "namespace", "flux-expressions");
            Assert.True(exit == 0, text);
            (exit, text) = await kubectl.RunAsync(Deployment, token, "apply", "-f", "-");
            Assert.True(exit == 0, text);

            foreach (var (status, verdict) in Deployments) Assert.Equal(verdict, await VerdictAsync(kubectl, status, token));
        }
        finally
        {
            await kubectl.RunAsync(null, token, "delete", "validatingadmissionpolicy,validatingadmissionpolicybinding", "flux-expressions");
        }
    }

    [Fact]
    public void The_example_uses_the_expressions_that_are_tested()
    {
        var example = KubernetesYaml.Parse(Read("example.yaml"), "example.yaml").OfType<JsonObject>().Single(o => (string?)o["kind"] == "Kustomization");

        Assert.Equal(Expressions("ClaudeDeployment").ToJsonString(), example["spec"]!["healthCheckExprs"]![0]!.ToJsonString());
    }

    /// <summary>A policy takes a moment to come into force.</summary>
    private static async Task<string> VerdictAsync(KubectlRun kubectl, string status, CancellationToken token)
    {
        for (var attempt = 0; attempt < 120; attempt++)
        {
            var (_, text) = await kubectl.RunAsync(null, token, "patch", "cdep", "triage", "-n", "flux-expressions", "--subresource=status", "--type=merge", "--dry-run=server", "-p", $$"""{"status": {{status}}}""");
            if (Told().Match(text) is { Success: true } told) return told.Groups[1].Value.Trim();
            Assert.DoesNotContain("no such key", text, StringComparison.Ordinal);
            await Task.Delay(500, token);
        }
        throw new InvalidOperationException("the policy did not come into force");
    }

    private static JsonObject Policy(JsonObject expressions)
    {
        var parts = new[] { "inProgress", "failed", "current" }.Select(name => $"(({OfObject().Replace((string)expressions[name]!, "object.$1")}) ? '{name} ' : '')");
        return new JsonObject
        {
            ["apiVersion"] = "admissionregistration.k8s.io/v1",
            ["kind"] = "ValidatingAdmissionPolicy",
            ["metadata"] = new JsonObject { ["name"] = "flux-expressions" },
            ["spec"] = new JsonObject
            {
                ["failurePolicy"] = "Fail",
                ["matchConstraints"] = new JsonObject
                {
                    ["resourceRules"] = new JsonArray(new JsonObject
                    {
                        ["apiGroups"] = new JsonArray("claudeops.dev"),
                        ["apiVersions"] = new JsonArray("*"),
                        ["operations"] = new JsonArray("UPDATE"),
                        ["resources"] = new JsonArray("claudedeployments/status"),
                    }),
                },
                ["validations"] = new JsonArray(new JsonObject { ["expression"] = "false", ["messageExpression"] = $"'told: ' + {string.Join(" + ", parts)} + '.'" }),
            },
        };
    }

    private static JsonObject Binding() => new()
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = "ValidatingAdmissionPolicyBinding",
        ["metadata"] = new JsonObject { ["name"] = "flux-expressions" },
        ["spec"] = new JsonObject { ["policyName"] = "flux-expressions", ["validationActions"] = new JsonArray("Deny") },
    };

    private static JsonObject Expressions(string kind) =>
        KubernetesYaml.Parse(Read("healthcheckexprs.yaml"), "healthcheckexprs.yaml").Single()!.AsArray().Select(e => e!.AsObject()).Single(e => (string?)e["kind"] == kind);

    private static string Read(string file) => File.ReadAllText(Path.Combine(ConfigFolder.Path, "flux", file));

    private const string Deployment = """
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeDeployment
        metadata: {name: triage, namespace: flux-expressions}
        spec:
          model: claude-sonnet-5-5
          prompt: {name: triage, version: v1}
          quotaRef: {name: tools}
        """;

    [GeneratedRegex(@"told: ([a-zA-Z ]*)\.")]
    private static partial Regex Told();

    [GeneratedRegex(@"(?<![\w.])(status|metadata)(?=\.)")]
    private static partial Regex OfObject();
}
