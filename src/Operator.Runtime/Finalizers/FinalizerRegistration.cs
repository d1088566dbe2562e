using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Finalizers;

/// <summary>A finalizer of a kind.</summary>
/// <param name="Identifier">What stands in <c>metadata.finalizers</c>: a domain name, a slash, a name.</param>
/// <param name="Create">Makes it from the services of a scope.</param>
internal sealed record FinalizerRegistration<TEntity>(string Identifier, Func<IServiceProvider, IEntityFinalizer<TEntity>> Create)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>;
