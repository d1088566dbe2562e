namespace Operator.Kubernetes.Models;

/// <summary>An object of any kind of which only the metadata is looked at; everything else is kept as unknown fields.</summary>
public sealed class PartialObjectMetadata : KubernetesObject;
