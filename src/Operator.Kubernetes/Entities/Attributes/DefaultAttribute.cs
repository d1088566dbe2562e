namespace Operator.Kubernetes;

/// <summary>The value that the API server fills in where none is given.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultAttribute : Attribute
{
    /// <summary>A text.</summary>
    public DefaultAttribute(string value) => Value = value;

    /// <summary>A number.</summary>
    public DefaultAttribute(long value) => Value = value;

    /// <summary>A switch.</summary>
    public DefaultAttribute(bool value) => Value = value;

    /// <summary>The value: a string, a long or a bool.</summary>
    public object Value { get; }

    /// <summary>Whether the text is JSON: for defaults that are objects or lists.</summary>
    public bool IsJson { get; init; }
}
