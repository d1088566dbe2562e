using System.Text.Json.Serialization.Metadata;
using Operator.Kubernetes.Configuration;

namespace Operator.Runtime.Hosting;

/// <summary>What is the same for every controller of an operator.</summary>
public sealed class OperatorSettings
{
    /// <summary>The name of the operator: the prefix of field managers and the reporter of events. DNS-1123 label.</summary>
    public string Name { get; set; } = "operator";

    /// <summary>The namespace that informers are limited to; null watches all namespaces.</summary>
    public string? Namespace { get; set; }

    /// <summary>The cluster; null to find it: <c>KUBECONFIG</c>, the pod's service account, <c>~/.kube/config</c>.</summary>
    public KubernetesClientConfiguration? Cluster { get; set; }

    /// <summary>Source-generated JSON contexts that know the operator's own kinds.</summary>
    public IList<IJsonTypeInfoResolver> JsonContexts { get; } = [];
}
