using Microsoft.Extensions.Logging.Abstractions;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Watching;

namespace Operator.Runtime.Tests.Properties;

/// <summary>Ways to break the reflector that the property must notice.</summary>
public enum ReflectorMutant
{
    /// <summary>Not broken.</summary>
    None,

    /// <summary>What is missing in a later list stays in the store.</summary>
    NoDeleteOnRelist,

    /// <summary>A resumed watch starts from the version of the list.</summary>
    VersionNotAdvanced,
}

internal sealed class KeepingInformer<T>(InformerScope scope) : Informer<T>(scope, StoredFields.Strip, NullLogger.Instance)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private protected override void Retain(Dictionary<ObjectKey, T> listed)
    {
        foreach (var entity in List()) listed.TryAdd(ObjectKey.Of(entity), entity);
    }
}

internal sealed class StandingReflector<T>(
    IKubernetesClient client, InformerScope scope, IReflectorSink<T> sink, ReflectorOptions options, TimeProvider time, Random random)
    : Reflector<T>(client, scope, sink, options, time, random)
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private protected override string Advance(string current, string seen) => current;
}
