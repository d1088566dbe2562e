using Operator.Kubernetes.Models;

namespace Operator.Kubernetes;

/// <summary>One page of objects of a kind.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Items">The objects, in the server's order.</param>
/// <param name="Metadata">The version of the list and the token of the next page.</param>
public sealed record KubernetesList<T>(IReadOnlyList<T> Items, V1ListMeta Metadata);
