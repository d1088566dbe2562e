using System.Text.Json;
using Operator.Contract;
using Operator.Kubernetes.Models;

namespace Operator.Injection;

/// <summary>Finds what in a pod keeps a limiter from working beside its containers.</summary>
internal static class PodObstacle
{
    /// <summary>The first obstacle as (reason, message); null when there is none.</summary>
    /// <param name="pod">A pod from which a former limiter was taken out.</param>
    /// <param name="options">The limiter's ports.</param>
    public static (string Reason, string Message)? In(V1PodSpec pod, InjectionOptions options)
    {
        if (pod.HostNetwork == true)
        {
            return ("HostNetwork", "the pod has spec.hostNetwork: its loopback address is the node's, where every other pod of the node "
                + "with hostNetwork could use the limiter's API key; take hostNetwork out");
        }

        if (OperatingSystem(pod) is { } system && system != "linux")
            return ("OperatingSystem", $"the pod has spec.os.name {system}; the limiter runs on linux only");
        if (pod.Containers is not { Count: > 0 }) return ("NoContainers", "the pod has no containers");

        foreach (var (container, path) in Containers(pod))
        {
            if (container.Name == LimiterPod.ContainerName)
                return ("NameTaken", $"{path} is called {LimiterPod.ContainerName}, which is the limiter's name; rename it");
            foreach (var port in container.Ports ?? [])
            {
                if (port is null || (port.Protocol ?? "TCP") != "TCP") continue;
                if (port.ContainerPort == options.ListenPort || port.ContainerPort == options.HealthPort)
                    return ("PortTaken", $"{path} has the port {port.ContainerPort}, which the limiter needs ({options.ListenPort} and {options.HealthPort}); use another");
            }
        }

        return pod.Volumes?.Any(volume => volume?.Name == LimiterVolume.Name) == true
            ? ("NameTaken", $"the pod has a volume {LimiterVolume.Name}, which is the limiter's name; rename it")
            : null;
    }

    private static IEnumerable<(V1Container Container, string Path)> Containers(V1PodSpec pod)
    {
        for (var i = 0; i < (pod.Containers?.Count ?? 0); i++)
        {
            if (pod.Containers![i] is { } container) yield return (container, $"spec.containers[{i}]");
        }

        for (var i = 0; i < (pod.InitContainers?.Count ?? 0); i++)
        {
            if (pod.InitContainers![i] is { } container) yield return (container, $"spec.initContainers[{i}]");
        }
    }

    private static string? OperatingSystem(V1PodSpec pod) =>
        pod.AdditionalProperties is { } other && other.TryGetValue("os", out var os) && os.ValueKind == JsonValueKind.Object
        && os.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;
}
