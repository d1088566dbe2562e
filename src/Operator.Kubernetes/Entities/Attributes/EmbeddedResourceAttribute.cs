namespace Operator.Kubernetes;

/// <summary>The value is an object with apiVersion, kind and metadata (<c>x-kubernetes-embedded-resource</c>).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EmbeddedResourceAttribute : Attribute;
