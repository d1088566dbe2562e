namespace Operator.Kubernetes;

/// <summary>The text must match a regular expression (RE2).</summary>
/// <param name="regexPattern">The expression; anchor it to match the whole text.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PatternAttribute(string regexPattern) : Attribute
{
    /// <summary>The expression.</summary>
    public string RegexPattern { get; } = regexPattern;
}
