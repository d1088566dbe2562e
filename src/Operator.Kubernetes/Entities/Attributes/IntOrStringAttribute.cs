namespace Operator.Kubernetes;

/// <summary>The value is written as a whole number or as a text (<c>x-kubernetes-int-or-string</c>).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IntOrStringAttribute : Attribute;
