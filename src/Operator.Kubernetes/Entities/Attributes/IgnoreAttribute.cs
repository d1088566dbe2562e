namespace Operator.Kubernetes;

/// <summary>Leaves a property, or a whole type, out of generated definitions.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
public sealed class IgnoreAttribute : Attribute;
