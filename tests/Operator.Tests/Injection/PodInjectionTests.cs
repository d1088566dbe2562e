using System.Text.Json;
using Operator.Api;
using Operator.Contract;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Tests.Injection;

public sealed class PodInjectionTests
{
    private readonly InjectionFixture _fixture = InjectionFixture.Usual();

    [Fact]
    public void A_labelled_pod_gets_the_limiter_before_everything_else()
    {
        var pod = InjectionFixture.LabelledPod();
        pod.Spec.InitContainers = [new V1Container { Name = "prepare" }];
        var result = _fixture.Inject(pod);

        Assert.Equal(InjectionOutcome.Injected, result.Outcome);
        Assert.Equal([LimiterPod.ContainerName, "prepare"], result.Pod!.Spec.InitContainers!.Select(c => c.Name));
        var limiter = result.Pod.Spec.InitContainers![0];
        Assert.Equal("Always", limiter.RestartPolicy);
        Assert.Equal(_fixture.Options.Image, limiter.Image);
        Assert.Equal((65532L, true, true, false), (
            limiter.SecurityContext!.RunAsUser, limiter.SecurityContext.RunAsNonRoot, limiter.SecurityContext.ReadOnlyRootFilesystem,
            limiter.SecurityContext.AllowPrivilegeEscalation));
        Assert.Equal(LimiterPod.HealthPort, limiter.StartupProbe!.HttpGet!.Port.Number);
        Assert.Matches("^[0-9a-f]{16}$", result.Pod.Metadata.Annotations![InjectionMarks.Injected]);
        Assert.Single(pod.Spec.InitContainers);
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void Only_the_limiter_mounts_the_key()
    {
        var pod = _fixture.Inject(InjectionFixture.LabelledPod()).Pod!;
        var volume = Assert.Single(pod.Spec.Volumes!);
        var secret = Assert.Single(volume.Projected!.Sources!, s => s.Secret is not null).Secret!;
        Assert.Equal(("claude-api-key", "api-key", "keys/triage"), (secret.Name, secret.Items![0].Key, secret.Items[0].Path));
        Assert.Equal(volume.Name, Assert.Single(pod.Spec.InitContainers![0].VolumeMounts!).Name);
        Assert.All(pod.Spec.Containers!, c => Assert.Null(c.VolumeMounts));
        Assert.All(volume.Projected.Sources!, s => Assert.True(s.ServiceAccountToken is not null || s.ConfigMap?.Optional == true || s.Secret?.Optional == true));
    }

    [Fact]
    public void Apps_are_led_to_the_limiter_and_lose_a_key_of_their_own()
    {
        var pod = InjectionFixture.LabelledPod();
        pod.Spec.Containers![0].Env =
        [
            new V1EnvVar { Name = "A", Value = "1" },
            new V1EnvVar { Name = AppEnvironment.ApiKey, ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "s", Key = "k" } } },
        ];
        var result = _fixture.Inject(pod);
        var env = result.Pod!.Spec.Containers![0].Env!;
        Assert.Equal(
            [("A", "1"), (AppEnvironment.ApiKey, AppEnvironment.Placeholder), (AppEnvironment.BaseUrl, "http://127.0.0.1:8787")],
            env.Select(e => (e.Name!, e.Value!)));
        Assert.Null(env[1].ValueFrom);
        Assert.Equal(["container app: ANTHROPIC_API_KEY was replaced, so that requests go through the limiter"], result.Warnings);
    }

    [Fact]
    public void Nothing_in_the_pod_chooses_what_the_limiter_is()
    {
        var pod = InjectionFixture.LabelledPod();
        pod.Metadata.Annotations = new Dictionary<string, string>
        {
            [InjectionMarks.Injected] = "forged",
            ["claudeops.dev/limiter-image"] = "evil",
            ["claudeops.dev/upstream"] = "https://evil.example",
        };
        pod.Spec.InitContainers = [new V1Container { Name = LimiterPod.ContainerName, Image = "evil" }];
        var changed = _fixture.Inject(pod).Pod!;
        var limiter = Assert.Single(changed.Spec.InitContainers!);
        Assert.Equal(_fixture.Options.Image, limiter.Image);
        Assert.Equal("https://api.anthropic.com", limiter.Env!.Single(e => e.Name == LimiterPod.UpstreamVariable).Value);
        Assert.Equal(
            _fixture.Inject(InjectionFixture.LabelledPod()).Pod!.Metadata.Annotations![InjectionMarks.Injected],
            changed.Metadata.Annotations![InjectionMarks.Injected]);
    }

    [Theory]
    [InlineData("false")]
    [InlineData("")]
    [InlineData("yes")]
    public void A_pod_that_does_not_say_true_gets_none_even_when_a_selector_chooses_it(string label)
    {
        _fixture.Deployments.Add(InjectionFixture.Deployment("chosen", selector: ("app", "x")));
        Assert.Equal(InjectionOutcome.NotRequested, _fixture.Inject(InjectionFixture.Pod(("app", "x"), (Labels.Inject, label))).Outcome);
    }

    [Fact]
    public void A_selector_chooses_pods_and_their_deployments()
    {
        _fixture.Deployments.Add(InjectionFixture.Deployment("chosen", selector: ("app", "x")));
        Assert.Equal(InjectionOutcome.NotRequested, _fixture.Inject(InjectionFixture.Pod(("app", "y"))).Outcome);
        var result = _fixture.Inject(InjectionFixture.Pod(("app", "x")));
        Assert.Equal(["claude-limiter-chosen"], ConfigMaps(result));
    }

    [Fact]
    public void A_labelled_pod_that_no_selector_chooses_gets_all_deployments_of_its_namespace()
    {
        _fixture.Deployments.Add(InjectionFixture.Deployment("other", selector: ("app", "x")));
        Assert.Equal(["claude-limiter-other", "claude-limiter-triage"], ConfigMaps(_fixture.Inject(InjectionFixture.LabelledPod())));
    }

    [Fact]
    public void An_annotation_names_the_deployments_and_missing_ones_are_told()
    {
        _fixture.Deployments.Add(InjectionFixture.Deployment("other"));
        var pod = InjectionFixture.LabelledPod();
        pod.Metadata.Annotations = new Dictionary<string, string> { [InjectionMarks.Deployments] = " other, absent ," };
        var result = _fixture.Inject(pod);
        Assert.Equal(["claude-limiter-other"], ConfigMaps(result));
        Assert.Equal(["there is no ClaudeDeployment absent in team-a; create it, then restart the pod"], result.Warnings);
    }

    [Fact]
    public void A_deployment_that_is_being_deleted_serves_no_new_pods()
    {
        _fixture.Deployments[0].Metadata.DeletionTimestamp = DateTimeOffset.UnixEpoch;
        Assert.Equal("DeploymentMissing", _fixture.Inject(InjectionFixture.LabelledPod()).Reason);
    }

    [Fact]
    public void One_deployment_without_a_key_does_not_keep_the_others_from_their_limiter()
    {
        _fixture.Deployments.Add(InjectionFixture.Deployment("keyless", quota: "absent"));
        var result = _fixture.Inject(InjectionFixture.LabelledPod());
        Assert.Equal(["claude-limiter-triage"], ConfigMaps(result));
        Assert.Equal(
            ["ClaudeDeployment keyless cannot be served by the limiter of this pod: there is no ClaudeQuota team-a/absent; create it, then restart the pod"],
            result.Warnings);
    }

    public static TheoryData<string, string, string> Obstacles => new()
    {
        { "HostNetwork", """{"hostNetwork":true,"containers":[{"name":"app"}]}""", "hostNetwork" },
        { "PortTaken", """{"containers":[{"name":"a"},{"name":"b","ports":[{"containerPort":8787}]}]}""", "spec.containers[1] has the port 8787" },
        { "PortTaken", """{"containers":[{"name":"a","ports":[{"containerPort":8788,"protocol":"TCP"}]}]}""", "spec.containers[0] has the port 8788" },
        { "PortTaken", """{"initContainers":[{"name":"i","restartPolicy":"Always","ports":[{"containerPort":8787}]}],"containers":[{"name":"a"}]}""", "spec.initContainers[0]" },
        { "NameTaken", """{"containers":[{"name":"claude-limiter"}]}""", "spec.containers[0] is called claude-limiter" },
        { "NameTaken", """{"containers":[{"name":"a"}],"volumes":[{"name":"claude-limiter","emptyDir":{}}]}""", "volume claude-limiter" },
        { "OperatingSystem", """{"os":{"name":"windows"},"containers":[{"name":"a"}]}""", "spec.os.name windows" },
        { "NoContainers", "{}", "no containers" },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void A_pod_beside_which_a_limiter_cannot_work_is_left_alone_with_the_reason(string reason, string spec, string message)
    {
        var pod = InjectionFixture.LabelledPod();
        pod.Spec = JsonSerializer.Deserialize(spec, KubernetesJson.BuiltIn.TypeInfo<V1PodSpec>())!;
        var result = _fixture.Inject(pod);
        Assert.Equal((InjectionOutcome.Refused, reason), (result.Outcome, result.Reason));
        Assert.Contains(message, result.Message, StringComparison.Ordinal);
        Assert.Null(result.Pod);
    }

    [Fact]
    public void A_UDP_port_of_the_same_number_is_no_clash()
    {
        var pod = InjectionFixture.LabelledPod();
        pod.Spec.Containers![0].Ports = [new V1ContainerPort { ContainerPort = 8787, Protocol = "UDP" }];
        Assert.Equal(InjectionOutcome.Injected, _fixture.Inject(pod).Outcome);
    }

    [Theory]
    [InlineData("kube-system")]
    [InlineData("kube-public")]
    public void Pods_of_system_namespaces_never_get_a_limiter(string @namespace) =>
        Assert.Equal("NamespaceExcluded", _fixture.Inject(InjectionFixture.LabelledPod(), @namespace).Reason);

    [Fact]
    public void More_deployments_than_a_limiter_takes_are_refused_with_the_way_out()
    {
        for (var i = 0; i < 40; i++) _fixture.Deployments.Add(InjectionFixture.Deployment($"d{i}"));
        var result = _fixture.Inject(InjectionFixture.LabelledPod());
        Assert.Equal("TooManyDeployments", result.Reason);
        Assert.Contains(InjectionMarks.Deployments, result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_processes_are_allowed_with_a_warning()
    {
        var pod = InjectionFixture.LabelledPod();
        pod.Spec.ShareProcessNamespace = true;
        var result = _fixture.Inject(pod);
        Assert.Equal(InjectionOutcome.Injected, result.Outcome);
        Assert.Contains("shareProcessNamespace", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Image", "")]
    [InlineData("User", "0")]
    [InlineData("ListenPort", "8788")]
    [InlineData("HealthPort", "70000")]
    [InlineData("TokenLifetime", "00:01:00")]
    [InlineData("Upstream", "ftp://x")]
    [InlineData("Upstream", "https://user:secret@x")]
    public void Options_out_of_range_are_named(string name, string value)
    {
        var options = new InjectionOptions();
        switch (name)
        {
            case "Image": options.Image = value; break;
            case "User": options.User = long.Parse(value); break;
            case "ListenPort": options.ListenPort = int.Parse(value); break;
            case "HealthPort": options.HealthPort = int.Parse(value); break;
            case "TokenLifetime": options.TokenLifetime = TimeSpan.Parse(value); break;
            default: options.Upstream = new Uri(value); break;
        }

        Assert.Contains(name, Assert.Throws<InvalidOperationException>(options.Validate).Message, StringComparison.Ordinal);
        new InjectionOptions().Validate();
    }

    private static IEnumerable<string> ConfigMaps(InjectionResult result) =>
        result.Pod!.Spec.Volumes!.Single(v => v.Name == LimiterVolume.Name).Projected!.Sources!
            .Select(s => s.ConfigMap?.Name).OfType<string>().Where(n => n.StartsWith(LimiterPod.ConfigMapPrefix, StringComparison.Ordinal));
}
