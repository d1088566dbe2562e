using System.Text.Json.Nodes;
using Operator.Kubernetes.Serialization;
using Operator.Tests.Manifests;
using Xunit;

namespace Operator.Tests.Injection;

/// <summary>What Pod Security says of pods with a limiter, by the API servers themselves.</summary>
public sealed class RestrictedPodTests(InstalledManifests installed) : IClassFixture<InstalledManifests>
{
    private const string Space = "strict";

    public static TheoryData<string> Targets => InstalledManifests.Targets;

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_pod_that_passes_restricted_passes_it_with_its_limiter_too(string target)
    {
        var (kubectl, _) = await installed.OnAsync(target);
        var token = TestContext.Current.CancellationToken;
        var (exit, text) = await kubectl.RunAsync($$"""
            apiVersion: v1
            kind: Namespace
            metadata: {name: {{Space}}, labels: {pod-security.kubernetes.io/enforce: restricted} }
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: app, namespace: {{Space}} }
            """, token, "apply", "-f", "-");
        Assert.True(exit == 0, text);

        (exit, text) = await kubectl.RunAsync(Injected(isHardened: true), token, "apply", "--dry-run=server", "-f", "-");
        Assert.True(exit == 0, text);
        Assert.DoesNotContain("Warning", text, StringComparison.Ordinal);

        // The namespace does refuse: what the app itself lacks is told, and nothing of the limiter.
        (exit, text) = await kubectl.RunAsync(Injected(isHardened: false), token, "apply", "--dry-run=server", "-f", "-");
        Assert.NotEqual(0, exit);
        Assert.Contains("violates PodSecurity \"restricted:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("claude-limiter", text, StringComparison.Ordinal);
    }

    private static string Injected(bool isHardened)
    {
        var pod = InjectionFixture.LabelledPod();
        var json = KubernetesJson.BuiltIn.ToNode(InjectionFixture.Usual().Inject(pod).Pod!);
        var metadata = json["metadata"]!.AsObject();
        (metadata["name"], metadata["namespace"]) = (isHardened ? "hardened" : "plain", Space);
        // No webhook answers here, and none shall be asked.
        metadata.Remove("labels");
        var spec = json["spec"]!.AsObject();
        (spec["serviceAccountName"], spec["automountServiceAccountToken"]) = ("app", false);
        if (isHardened)
        {
            foreach (var container in spec["containers"]!.AsArray())
            {
                container!["securityContext"] = new JsonObject
                {
                    ["allowPrivilegeEscalation"] = false, ["runAsNonRoot"] = true, ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
                    ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
                };
            }
        }
        return json.ToJsonString();
    }
}
