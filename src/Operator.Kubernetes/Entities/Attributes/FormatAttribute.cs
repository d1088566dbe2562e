namespace Operator.Kubernetes;

/// <summary>The form of a text or number within its type, such as <c>date-time</c> or <c>int64</c>.</summary>
/// <param name="format">The form.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FormatAttribute(string format) : Attribute
{
    /// <summary>The form.</summary>
    public string Format { get; } = format;
}
