namespace Operator.Runtime.Admission;

/// <summary>One cause of a refusal.</summary>
/// <param name="Field">The path of the field at fault, such as <c>spec.steps[2].weight</c>.</param>
/// <param name="Message">What is wrong with it and what would be right.</param>
/// <param name="Reason">The cause in one CamelCase word.</param>
public sealed record ValidationCause(string Field, string Message, string Reason = "FieldValueInvalid");

/// <summary>What a validation webhook decides.</summary>
public sealed record ValidationResult
{
    private ValidationResult()
    {
    }

    /// <summary>Whether the request goes on.</summary>
    public bool Valid { get; private init; }

    /// <summary>The HTTP status of a refusal, 400 to 599.</summary>
    public int StatusCode { get; private init; } = 200;

    /// <summary>Why it was refused; kubectl shows it.</summary>
    public string Message { get; private init; } = "";

    /// <summary>Each cause, with its field.</summary>
    public IReadOnlyList<ValidationCause> Causes { get; private init; } = [];

    /// <summary>Shown to the user whether allowed or not.</summary>
    public IReadOnlyList<string> Warnings { get; private init; } = [];

    /// <summary>Lets the request go on.</summary>
    /// <param name="warnings">Shown to the user.</param>
    public static ValidationResult Success(params IEnumerable<string> warnings) => new() { Valid = true, Warnings = [.. warnings] };

    /// <summary>Refuses the request.</summary>
    /// <param name="message">Why; kubectl shows nothing else.</param>
    /// <param name="statusCode">The HTTP status, 400 to 599; 422 says that the object is invalid.</param>
    /// <param name="causes">Each cause, with its field.</param>
    public static ValidationResult Fail(string message, int statusCode = 422, params IEnumerable<ValidationCause> causes)
    {
        ArgumentException.ThrowIfNullOrEmpty(message);
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 599);
        return new ValidationResult { StatusCode = statusCode, Message = message, Causes = [.. causes] };
    }

    /// <summary>Refuses an object with all that is wrong with it; the message lists every cause with its field.</summary>
    /// <param name="causes">At least one.</param>
    public static ValidationResult Invalid(params IEnumerable<ValidationCause> causes)
    {
        ValidationCause[] all = [.. causes];
        if (all.Length == 0) throw new ArgumentException("An invalid object needs at least one cause.", nameof(causes));
        return Fail(string.Join("; ", all.Select(cause => $"{cause.Field}: {cause.Message}")), 422, all);
    }

    /// <summary>The same decision with warnings for the user.</summary>
    public ValidationResult WithWarnings(params IEnumerable<string> warnings) => this with { Warnings = [.. Warnings, .. warnings] };
}
