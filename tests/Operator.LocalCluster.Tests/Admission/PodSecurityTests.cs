using System.Text.Json.Nodes;
using Operator.LocalCluster.Admission;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Tests.Admission;

public class PodSecurityTests
{
    private const string Good = """
        "securityContext":{"allowPrivilegeEscalation":false,"runAsNonRoot":true,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}
        """;

    [Fact]
    public async Task The_recorded_refusal_names_every_violation()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await cluster.CreateAsync(WellKnown.Namespaces, """{"metadata":{"name":"strict","labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}""");
        var error = await Assert.ThrowsAsync<ApiException>(async () =>
            await cluster.CreateAsync(WellKnown.Pods, """{"metadata":{"name":"p","namespace":"strict"},"spec":{"containers":[{"name":"c","image":"x"}]}}"""));
        Assert.Equal(403, error.Code);
        Assert.Equal("pods \"p\" is forbidden: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false (container \"c\" must set "
            + "securityContext.allowPrivilegeEscalation=false), unrestricted capabilities (container \"c\" must set securityContext.capabilities.drop=[\"ALL\"]), "
            + "runAsNonRoot != true (pod or container \"c\" must set securityContext.runAsNonRoot=true), seccompProfile (pod or container \"c\" must set "
            + "securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")", error.Message);
        await cluster.CreateAsync(WellKnown.Pods,
            """{"metadata":{"name":"p","namespace":"strict"},"spec":{"containers":[{"name":"c","image":"x",GOOD}]}}""".Replace("GOOD", Good, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"hostNetwork":true,"containers":[]}""", "baseline", "host namespaces (hostNetwork=true)")]
    [InlineData("""{"containers":[{"name":"c","securityContext":{"privileged":true}}]}""", "baseline", "privileged (container \"c\" must not set securityContext.privileged=true)")]
    [InlineData("""{"containers":[],"volumes":[{"name":"h","hostPath":{"path":"/"}}]}""", "baseline", "hostPath volumes (volume \"h\")")]
    [InlineData("""{"containers":[],"volumes":[{"name":"h","hostPath":{"path":"/"}}]}""", "restricted", "restricted volume types (volume \"h\" uses restricted volume type \"hostPath\")")]
    [InlineData("""{"securityContext":{"runAsUser":0,"runAsNonRoot":true},"containers":[]}""", "restricted", "runAsUser=0 (pod must not set runAsUser=0)")]
    [InlineData("""{"hostNetwork":true,"containers":[]}""", "privileged", null)]
    public void A_level_forbids_what_it_says(string spec, string level, string? violation) =>
        Assert.Equal(violation is null ? [] : [violation], PodSecurity.Violations((JsonObject)JsonNode.Parse(spec)!, level).Take(1));

    [Fact]
    public async Task Nothing_is_created_in_a_namespace_that_ends()
    {
        await using var cluster = await ClusterUnderTest.StartAsync();
        await cluster.CreateAsync(WellKnown.Namespaces, """{"metadata":{"name":"ending"}}""");
        await cluster.Client.DeleteAsync(WellKnown.Namespaces, null, "ending", null, CancellationToken.None);
        var error = await Assert.ThrowsAsync<ApiException>(async () =>
            await cluster.CreateAsync(WellKnown.ConfigMaps, """{"metadata":{"name":"c","namespace":"ending"}}"""));
        Assert.Equal("configmaps \"c\" is forbidden: unable to create new content in namespace ending because it is being terminated", error.Message);
        Assert.Equal("NamespaceTerminating", error.Details.Children("causes").Single().Text("reason"));
        error = await Assert.ThrowsAsync<ApiException>(async () =>
            await cluster.Client.DeleteAsync(WellKnown.Namespaces, null, "default", null, CancellationToken.None));
        Assert.Equal(403, error.Code);
    }
}
