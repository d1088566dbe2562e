using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;

namespace Operator.Runtime.Reconciling;

/// <summary>What event sources are made from.</summary>
internal sealed record SourceContext<TEntity>(IInformers Informers, IEntityStore<TEntity> Entities, ILogger Logger)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>;
