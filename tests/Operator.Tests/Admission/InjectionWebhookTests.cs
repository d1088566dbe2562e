using Operator.Admission;
using Operator.Api;
using Operator.Contract;
using Operator.Kubernetes.Models;

namespace Operator.Tests.Admission;

/// <summary>Injection as somebody who creates pods sees it.</summary>
public sealed class InjectionWebhookTests : IAsyncLifetime
{
    private AdmissionCluster _cluster = null!;
    private OperatorUnderTest _operator = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await AdmissionCluster.StartAsync();
        _operator = await _cluster.StartOperatorAsync();
        foreach (var @namespace in new[] { "team-a", "opted-in", AdmissionCluster.OperatorNamespace })
        {
            await _cluster.QuotaAsync("support-tools", @namespace);
            await _cluster.DeploymentAsync("triage", @namespace, change: spec => spec.WorkloadSelector = new WorkloadSelector
            {
                MatchLabels = new Dictionary<string, string> { ["app"] = "triage" },
            });
        }

        await AdmissionCluster.UntilAsync(() => _operator.Cached<ClaudeQuota>() == 3 && _operator.Cached<ClaudeDeployment>() == 3);
    }

    public async ValueTask DisposeAsync()
    {
        await _operator.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_labelled_pod_gets_its_limiter()
    {
        var pod = await _cluster.PodAsync("app", "team-a", (Labels.Inject, "true"));
        Assert.Equal(LimiterPod.ContainerName, Assert.Single(pod.Spec.InitContainers!).Name);
        Assert.Contains(pod.Spec.Containers![0].Env!, e => e.Name == "ANTHROPIC_BASE_URL" && e.Value == "http://127.0.0.1:8787");
        Assert.Empty(_operator.Errors.Messages);
    }

    [Fact]
    public async Task A_selector_counts_in_namespaces_that_opt_in_alone()
    {
        Assert.NotNull((await _cluster.PodAsync("app", "opted-in", ("app", "triage"))).Spec.InitContainers);
        Assert.Null((await _cluster.PodAsync("other", "opted-in", ("app", "other"))).Spec.InitContainers);
        Assert.Null((await _cluster.PodAsync("no", "opted-in", ("app", "triage"), (Labels.Inject, "false"))).Spec.InitContainers);
        Assert.Null((await _cluster.PodAsync("app", "team-a", ("app", "triage"))).Spec.InitContainers);
    }

    [Fact]
    public async Task Pods_of_the_operators_own_namespace_are_left_alone()
    {
        var pod = await _cluster.PodAsync("app", AdmissionCluster.OperatorNamespace, (Labels.Inject, "true"), ("app", "triage"));
        Assert.Null(pod.Spec.InitContainers);
        Assert.Null(pod.Metadata.Annotations);
    }

    [Fact]
    public async Task A_pod_that_cannot_have_a_limiter_starts_and_says_why()
    {
        var pod = await _cluster.Client.CreateAsync(new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = "host", NamespaceProperty = "team-a", Labels = new Dictionary<string, string> { [Labels.Inject] = "true" } },
            Spec = new V1PodSpec { HostNetwork = true, Containers = [new V1Container { Name = "app", Image = "i" }] },
        });
        Assert.Null(pod.Spec.InitContainers);
        Assert.StartsWith("HostNetwork: ", pod.Metadata.Annotations![InjectionMarks.Refused], StringComparison.Ordinal);
        Assert.Contains(_cluster.Warnings, w => w.Contains("spec.hostNetwork", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_the_operator_dead_pods_start_and_everybody_can_apply()
    {
        await _operator.DisposeAsync();
        var pod = await _cluster.PodAsync("app", "team-a", (Labels.Inject, "true"));
        Assert.Null(pod.Spec.InitContainers);
        await _cluster.QuotaAsync("another");
    }

    [Fact]
    public async Task A_bundle_stands_where_limiters_may_be_and_goes_when_they_cannot()
    {
        await AdmissionCluster.UntilAsync(async () => await BundleAsync("team-a") is not null && await BundleAsync("opted-in") is not null);
        Assert.Equal((await _cluster.BundlesAsync())[0], await BundleAsync("team-a"));
        Assert.Null(await BundleAsync(AdmissionCluster.OperatorNamespace));

        var pod = await _cluster.PodAsync("app", "team-a", (Labels.Inject, "true"));
        await _cluster.Client.DeleteAsync<ClaudeDeployment>("triage", "team-a");
        await _cluster.Client.DeleteAsync<ClaudeDeployment>("triage", "opted-in");
        await AdmissionCluster.UntilAsync(async () => await BundleAsync("opted-in") is null);
        // The pod with the limiter still needs its own; which of two watches tells first is nobody's promise.
        await AdmissionCluster.UntilAsync(async () => await BundleAsync("team-a") is not null);
        await _cluster.Client.DeleteAsync<V1Pod>(pod.Metadata.Name!, "team-a");
        await AdmissionCluster.UntilAsync(async () => await BundleAsync("team-a") is null);
        Assert.Empty(_operator.Errors.Messages);
    }

    [Fact]
    public async Task A_bundle_that_somebody_changed_is_put_right()
    {
        await AdmissionCluster.UntilAsync(async () => await BundleAsync("team-a") is not null);
        await _cluster.Client.PatchAsync<V1ConfigMap>(
            "claude-operator-ca-bundle", "team-a",
            Operator.Kubernetes.KubernetesPatch.Merge((System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse("""{"data":{"ca.crt":"mine"}}""")!));
        await AdmissionCluster.UntilAsync(async () => await BundleAsync("team-a") == (await _cluster.BundlesAsync())[0]);
    }

    private async Task<string?> BundleAsync(string @namespace) =>
        (await _cluster.Client.GetAsync<V1ConfigMap>("claude-operator-ca-bundle", @namespace))?.Data?["ca.crt"];
}
