namespace Operator.Kubernetes;

/// <summary>Whether objects of a kind live in namespaces.</summary>
public enum EntityScope
{
    /// <summary>Objects live in a namespace.</summary>
    Namespaced,

    /// <summary>Objects are global to the cluster.</summary>
    Cluster,
}

/// <summary>Gives the scope of an entity; without it an entity is namespaced.</summary>
/// <param name="scope">The scope.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntityScopeAttribute(EntityScope scope) : Attribute
{
    /// <summary>The scope.</summary>
    public EntityScope Scope { get; } = scope;
}
