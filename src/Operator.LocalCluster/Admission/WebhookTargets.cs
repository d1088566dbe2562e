using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Api;
using Operator.LocalCluster.BuiltIns;
using Operator.LocalCluster.Resources;

namespace Operator.LocalCluster.Admission;

/// <summary>
/// Where service references lead. Services of this process are mapped by hand; for others the port of a ready pod that the Service
/// selects is used, at the pod's loopback address.
/// </summary>
internal sealed class WebhookTargets(IInternalClient client)
{
    private readonly ConcurrentDictionary<(string Namespace, string Name), IPEndPoint> _mapped = new();

    /// <summary>Maps a service to an address; null removes the mapping.</summary>
    public void Map(string ns, string name, IPEndPoint? target)
    {
        if (target is null)
            _mapped.TryRemove((ns, name), out _);
        else
            _mapped[(ns, name)] = target;
    }

    /// <summary>The address behind a port of a service.</summary>
    /// <exception cref="WebhookFailure">The service or a pod behind it does not exist.</exception>
    public async ValueTask<IPEndPoint> ResolveAsync(string ns, string name, long port, CancellationToken cancellationToken)
    {
        if (_mapped.TryGetValue((ns, name), out var mapped))
            return mapped;
        var service = await client.GetAsync(WellKnown.Services, ns, name, cancellationToken)
            ?? throw new WebhookFailure($"service \"{name}\" not found");
        var servicePort = service.Children("spec", "ports").FirstOrDefault(candidate => candidate.Number("port") == port)
            ?? throw new WebhookFailure($"no service port {port.ToString(CultureInfo.InvariantCulture)} found for service \"{name}\"");
        if (service.Child("spec", "selector") is { Count: > 0 } labels)
        {
            var selector = new JsonObject { ["matchLabels"] = labels.DeepClone() };
            foreach (var pod in await client.ListAsync(WellKnown.Pods, ns, cancellationToken))
            {
                if (CustomResources.Conditions.IsTrue(pod, "Ready") && LabelSelection.Matches(selector, pod.Child("metadata", "labels"))
                    && TargetPort(servicePort, pod) is { } target)
                {
                    return new IPEndPoint(IPAddress.TryParse(pod.Text("status", "podIP"), out var address) ? address : IPAddress.Loopback, target);
                }
            }
        }
        throw new WebhookFailure($"no endpoints available for service \"{name}\"");
    }

    private static int? TargetPort(JsonObject servicePort, JsonObject pod)
    {
        var target = servicePort["targetPort"];
        if (target.AsNumber() is { } number)
            return (int)number;
        if (target.AsText() is not { } name)
            return (int?)servicePort.Number("port");
        var named = PodDefaults.Containers(pod.Child("spec")).SelectMany(container => container.Children("ports"))
            .FirstOrDefault(port => port.Text("name") == name);
        return (int?)named.Number("containerPort");
    }
}
