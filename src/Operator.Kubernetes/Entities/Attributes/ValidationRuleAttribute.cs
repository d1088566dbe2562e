namespace Operator.Kubernetes;

/// <summary>A CEL rule that the value must satisfy (<c>x-kubernetes-validations</c>).</summary>
/// <param name="rule">The expression, with the value as <c>self</c> and the former one as <c>oldSelf</c>; true when it is good.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property, AllowMultiple = true)]
public sealed class ValidationRuleAttribute(string rule) : Attribute
{
    /// <summary>The expression.</summary>
    public string Rule { get; } = rule;

    /// <summary>What is wrong when it is false; null for the rule itself.</summary>
    public string? Message { get; init; }

    /// <summary>A CEL expression for that message; null for none.</summary>
    public string? MessageExpression { get; init; }

    /// <summary>The cause: <c>FieldValueInvalid</c>, <c>FieldValueForbidden</c>, <c>FieldValueRequired</c> or <c>FieldValueDuplicate</c>.</summary>
    public string? Reason { get; init; }

    /// <summary>The field to blame, relative to the value; null for the value itself.</summary>
    public string? FieldPath { get; init; }
}
