namespace Operator.Kubernetes;

/// <summary>The texts that are allowed, for fields whose type is a string and not an enum.</summary>
/// <param name="values">The texts.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EnumValuesAttribute(params string[] values) : Attribute
{
    /// <summary>The texts.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}
