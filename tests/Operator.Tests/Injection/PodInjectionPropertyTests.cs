using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;

namespace Operator.Tests.Injection;

public sealed class PodInjectionPropertyTests
{
    private const int Cases = 5000;
    private readonly InjectionFixture _fixture = InjectionFixture.Usual();

    [Fact]
    public void No_pod_makes_injection_throw_and_none_is_changed_in_place()
    {
        var outcomes = new Dictionary<InjectionOutcome, int>();
        Check(pod =>
        {
            var before = KubernetesJson.BuiltIn.ToNode(pod);
            var result = _fixture.Inject(pod);
            outcomes[result.Outcome] = outcomes.GetValueOrDefault(result.Outcome) + 1;
            return JsonNode.DeepEquals(before, KubernetesJson.BuiltIn.ToNode(pod)) && (result.Pod is not null) == (result.Outcome == InjectionOutcome.Injected);
        });
        // A generator that only makes pods that are refused would prove nothing.
        Assert.All(Enum.GetValues<InjectionOutcome>(), outcome => Assert.True(outcomes.GetValueOrDefault(outcome) > Cases / 20, $"{outcome} was rare"));
    }

    [Fact]
    public void A_second_injection_changes_nothing() => Check(pod =>
    {
        if (_fixture.Inject(pod).Pod is not { } once) return true;
        var twice = _fixture.Inject(once);
        return twice.Pod is { } again && JsonNode.DeepEquals(KubernetesJson.BuiltIn.ToNode(once), KubernetesJson.BuiltIn.ToNode(again))
            && !twice.Warnings.Any(w => w.Contains("was replaced", StringComparison.Ordinal));
    });

    [Fact]
    public void Containers_of_the_app_change_in_the_two_variables_only() => Check(pod =>
    {
        var stripped = pod.Metadata?.Annotations?.ContainsKey(Operator.Api.InjectionMarks.Injected) == true;
        if (_fixture.Inject(pod).Pod is not { } changed) return true;
        return Same(Apps(pod.Spec.Containers, false), Apps(changed.Spec.Containers, false))
            && Same(Apps(pod.Spec.InitContainers, stripped), Apps(changed.Spec.InitContainers, true));
    });

    private static bool Same(JsonArray one, JsonArray other) => JsonNode.DeepEquals(one, other);

    /// <summary>Containers without the two variables, and without the limiter where it was put in.</summary>
    private static JsonArray Apps(IList<V1Container>? containers, bool withoutLimiter)
    {
        var apps = new JsonArray();
        foreach (var container in containers ?? [])
        {
            if (withoutLimiter && container?.Name == Operator.Contract.LimiterPod.ContainerName) continue;
            var holder = KubernetesJson.BuiltIn.ToNode(new V1Pod { Spec = new V1PodSpec { Containers = [container!] } });
            var node = holder["spec"]!["containers"]![0]?.DeepClone();
            if (node?["env"] is JsonArray env)
            {
                var others = env.Where(e => e?["name"]?.GetValue<string>() is not (AppEnvironment.BaseUrl or AppEnvironment.ApiKey)).Select(e => e?.DeepClone()).ToArray();
                if (others.Length == 0) node.AsObject().Remove("env");
                else node["env"] = new JsonArray(others);
            }

            apps.Add(node);
        }

        return apps;
    }

    private static void Check(Func<V1Pod, bool> property) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithReplay(17, 23), Prop.ForAll(RandomPods.Any, property));
}
