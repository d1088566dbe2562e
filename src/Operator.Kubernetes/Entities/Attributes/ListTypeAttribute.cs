namespace Operator.Kubernetes;

/// <summary>How a list is merged by server-side apply (<c>x-kubernetes-list-type</c>).</summary>
public enum ListType
{
    /// <summary>The list is replaced as a whole.</summary>
    Atomic,

    /// <summary>Items are scalars, each at most once.</summary>
    Set,

    /// <summary>Items are objects that keys tell apart.</summary>
    Map,
}

/// <summary>Says how a list is merged by server-side apply.</summary>
/// <param name="type">The kind of list.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListTypeAttribute(ListType type) : Attribute
{
    /// <summary>The kind of list.</summary>
    public ListType Type { get; } = type;
}

/// <summary>Makes a list a map whose items are told apart by fields of theirs (<c>x-kubernetes-list-map-keys</c>).</summary>
/// <param name="keys">The names of the fields, as on the wire.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapKeysAttribute(params string[] keys) : Attribute
{
    /// <summary>The names of the fields.</summary>
    public IReadOnlyList<string> Keys { get; } = keys;
}
