namespace Operator.LocalCluster.Schemas;

/// <summary>One reason why an object is invalid.</summary>
/// <param name="Field">The path, such as <c>spec.parts[0].name</c>.</param>
/// <param name="Reason">The cause's reason, such as <c>FieldValueInvalid</c>, <c>FieldValueRequired</c>, <c>FieldValueNotSupported</c>.</param>
/// <param name="Message">The cause's message without the path, such as <c>Required value</c> or <c>Invalid value: 3: must be less than …</c>.</param>
internal sealed record FieldError(string Field, string Reason, string Message);
