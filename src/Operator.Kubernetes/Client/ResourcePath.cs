using System.Globalization;
using System.Text;

namespace Operator.Kubernetes;

/// <summary>Builds the paths of the API, relative to the server's address, with every caller-given part escaped.</summary>
internal static class ResourcePath
{
    /// <summary>The path of a collection; of all namespaces when <paramref name="space"/> is null.</summary>
    /// <exception cref="ArgumentException">The kind is cluster-scoped and a namespace is given, or the name cannot stand in a path.</exception>
    public static string Collection(EntityMetadata entity, string? space)
    {
        var root = entity.Group.Length == 0
            ? "api/" + Escape(entity.Version)
            : "apis/" + Escape(entity.Group) + "/" + Escape(entity.Version);
        if (string.IsNullOrEmpty(space)) return root + "/" + Escape(entity.PluralName);
        if (entity.Scope == EntityScope.Cluster)
            throw new ArgumentException($"{entity.Kind} is cluster-scoped: it has no namespace, and '{space}' was given.", nameof(space));
        return root + "/namespaces/" + Segment(space, "namespace") + "/" + Escape(entity.PluralName);
    }

    /// <summary>The collection that one object is in: a namespaced kind needs its namespace.</summary>
    public static string CollectionOf(EntityMetadata entity, string? name, string? space)
    {
        if (entity.Scope == EntityScope.Namespaced && string.IsNullOrEmpty(space))
            throw new ArgumentException($"{entity.Kind} is namespaced: give the namespace of '{name}'.", nameof(space));
        return Collection(entity, space);
    }

    /// <summary>The path of one object or of a subresource of it.</summary>
    public static string Object(EntityMetadata entity, string? name, string? space, string? subresource = null)
    {
        if (string.IsNullOrEmpty(name)) throw new ArgumentException($"The {entity.Kind} has no name.", nameof(name));
        var path = CollectionOf(entity, name, space) + "/" + Segment(name, "name");
        return subresource is null ? path : path + "/" + Segment(subresource, "subresource");
    }

    /// <summary>Escapes one segment; what no object can be called, and what would change the path, is refused.</summary>
    private static string Segment(string value, string what) =>
        value is "." or ".." || value.AsSpan().IndexOfAny('/', '%') >= 0
            ? throw new ArgumentException($"'{value}' cannot be a {what}: it may not be '.' or '..' or contain '/' or '%'.", what)
            : Escape(value);

    private static string Escape(string value) => Uri.EscapeDataString(value);
}

/// <summary>Collects query parameters; null ones are left out.</summary>
internal sealed class QueryBuilder
{
    private readonly StringBuilder _text = new();

    public QueryBuilder Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return this;
        _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return this;
    }

    public QueryBuilder Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryBuilder Add(string name, bool value) => value ? Add(name, "true") : this;

    public QueryBuilder AddWrite(WriteOptions? options, string? defaultManager) =>
        Add("dryRun", options?.DryRun == true ? "All" : null)
            .Add("fieldManager", options?.FieldManager ?? defaultManager)
            .Add("fieldValidation", options?.FieldValidation);

    public override string ToString() => _text.ToString();
}
