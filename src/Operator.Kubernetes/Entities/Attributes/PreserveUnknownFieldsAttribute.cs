namespace Operator.Kubernetes;

/// <summary>Keeps fields that the schema does not know (<c>x-kubernetes-preserve-unknown-fields</c>).</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property)]
public sealed class PreserveUnknownFieldsAttribute : Attribute;
