using System.Reflection;

namespace Operator.Kubernetes;

/// <summary>The API resource behind an entity type: what is needed to build its paths.</summary>
/// <param name="Group">The API group; empty for the core group.</param>
/// <param name="Version">The version within the group.</param>
/// <param name="Kind">The kind.</param>
/// <param name="PluralName">The resource name used in paths.</param>
/// <param name="Scope">Whether objects live in namespaces.</param>
public sealed record EntityMetadata(string Group, string Version, string Kind, string PluralName, EntityScope Scope)
{
    /// <summary>The value of <c>apiVersion</c>: <c>group/version</c>, or the version alone in the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : Group + "/" + Version;

    /// <summary>Reads the metadata from the attributes of <typeparamref name="T"/>, once a type.</summary>
    /// <typeparam name="T">A type with a <see cref="KubernetesEntityAttribute"/>.</typeparam>
    /// <exception cref="InvalidOperationException">The type has no <see cref="KubernetesEntityAttribute"/>.</exception>
    public static EntityMetadata For<T>() => Cache<T>.Value;

    private static class Cache<T>
    {
        public static readonly EntityMetadata Value = Read(typeof(T));

        private static EntityMetadata Read(Type type)
        {
            var entity = type.GetCustomAttribute<KubernetesEntityAttribute>()
                ?? throw new InvalidOperationException(
                    $"{type.FullName} has no [KubernetesEntity] attribute, so its API path is unknown. Add the attribute to the class.");
            var scope = type.GetCustomAttribute<EntityScopeAttribute>()?.Scope ?? EntityScope.Namespaced;
            return new EntityMetadata(entity.Group, entity.ApiVersion, entity.Kind, entity.PluralName, scope);
        }
    }
}
