using System.Reflection;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;

namespace Operator.Runtime.Applying;

/// <summary>The API resource of an owner whose type is known at run time only.</summary>
internal static class OwnerKind
{
    /// <exception cref="InvalidOperationException">The owner's type has no <see cref="KubernetesEntityAttribute"/>.</exception>
    public static EntityMetadata Of(IKubernetesObject<V1ObjectMeta> owner)
    {
        var type = owner.GetType();
        var entity = type.GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new InvalidOperationException($"{type.FullName} has no [KubernetesEntity] attribute, so it cannot be named as an owner.");
        var scope = type.GetCustomAttribute<EntityScopeAttribute>()?.Scope ?? EntityScope.Namespaced;
        return new EntityMetadata(entity.Group, entity.ApiVersion, entity.Kind, entity.PluralName, scope);
    }
}
