using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Operator.Api;
using Operator.Contract;
using Operator.Injection;
using Operator.Kubernetes.Models;

namespace Operator.Tests.Injection;

/// <summary>Pods that nobody would write and somebody will send.</summary>
internal static class RandomPods
{
    public static Arbitrary<V1Pod> Any { get; } = Gen.Choose(0, int.MaxValue).Select(seed => Pod(new Random(seed))).ToArbitrary();

    private static V1Pod Pod(Random random)
    {
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta
            {
                Labels = Maybe(random, () => Pairs(random, [Labels.Inject, "app", InjectionMarks.Limiter], ["true", "false", "x", ""])),
                Annotations = Maybe(random, () => Pairs(
                    random, [InjectionMarks.Injected, InjectionMarks.Refused, InjectionMarks.Deployments, "a"], ["triage", "a,,b", "", "0123", "\u0000,😀"])),
            },
            Spec = new V1PodSpec
            {
                Containers = Maybe(random, () => List(random, () => Container(random))),
                InitContainers = Maybe(random, () => List(random, () => Container(random))),
                Volumes = Maybe(random, () => List(random, () => new V1Volume { Name = Pick(random, [LimiterVolume.Name, "data", "data", "data", null]) })),
                HostNetwork = random.Next(12) == 0 ? true : null,
                ShareProcessNamespace = random.Next(4) == 0 ? true : null,
            },
        };
        // Mostly pods that get as far as the rendering.
        if (random.Next(4) > 0) (pod.Metadata.Labels ??= new Dictionary<string, string>())[Labels.Inject] = "true";
        if (random.Next(10) == 0) pod.Spec.AdditionalProperties = new Dictionary<string, JsonElement> { ["os"] = JsonDocument.Parse(Pick(random, ["{}", "1", "{\"name\":\"linux\"}", "{\"name\":3}"])!).RootElement };
        if (random.Next(30) == 0) pod.Spec = null!;
        if (random.Next(30) == 0) pod.Metadata = null!;
        return pod;
    }

    private static V1Container Container(Random random) => new()
    {
        Name = Pick(random, ["app", "other", null, LimiterPod.ContainerName + random.Next(3), random.Next(20) == 0 ? LimiterPod.ContainerName : "x"]),
        Image = Pick(random, [null, "image"]),
        Env = Maybe(random, () => List(random, () => new V1EnvVar
        {
            Name = Pick(random, [AppEnvironment.BaseUrl, AppEnvironment.ApiKey, "A", null]),
            Value = Pick(random, [null, "v", AppEnvironment.Placeholder]),
            ValueFrom = random.Next(4) == 0 ? new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.name" } } : null,
        })),
        Ports = Maybe(random, () => List(random, () => new V1ContainerPort
        {
            ContainerPort = random.Next(30) == 0 ? LimiterPod.ListenPort : random.Next(-1, 70000),
            Protocol = Pick(random, [null, "TCP", "UDP"]),
        })),
    };

    private static Dictionary<string, string> Pairs(Random random, string[] keys, string[] values) =>
        keys.Where(_ => random.Next(2) == 0).ToDictionary(key => key, _ => Pick(random, values)!);

    private static List<T> List<T>(Random random, Func<T> item)
        where T : class => [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(25) == 0 ? null! : item())];

    private static T? Maybe<T>(Random random, Func<T> value)
        where T : class => random.Next(6) == 0 ? null : value();

    private static string? Pick(Random random, string?[] from) => from[random.Next(from.Length)];
}
