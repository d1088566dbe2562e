namespace Operator.Api.Validation;

/// <summary>What is wrong with a field, in the words that Kubernetes uses for causes.</summary>
public enum FindingReason
{
    /// <summary>The value is not allowed here.</summary>
    FieldValueInvalid,

    /// <summary>The field must be given.</summary>
    FieldValueRequired,

    /// <summary>The value stands elsewhere already.</summary>
    FieldValueDuplicate,

    /// <summary>The field may not be given here, or may not change.</summary>
    FieldValueForbidden,

    /// <summary>The value is none of those that there are.</summary>
    FieldValueNotSupported,

    /// <summary>There are more items or characters than allowed.</summary>
    FieldValueTooLong,

    /// <summary>The value is of another type than the field.</summary>
    FieldValueTypeInvalid,

    /// <summary>The model is retired.</summary>
    ModelRetired,
}

/// <summary>One thing that is wrong or unwise.</summary>
/// <param name="Path">The field, such as <c>spec.canary.steps[1].weight</c>.</param>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Message">What is wrong, why, and what to do.</param>
public sealed record Finding(string Path, FindingReason Reason, string Message)
{
    /// <summary>The finding as one line: path and message.</summary>
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>Everything that is wrong or unwise about an object, in the order of its fields.</summary>
/// <param name="Errors">What makes the object invalid; at most <see cref="Most"/>.</param>
/// <param name="Warnings">What is allowed but unwise; at most <see cref="Most"/>.</param>
public sealed record Findings(IReadOnlyList<Finding> Errors, IReadOnlyList<Finding> Warnings)
{
    /// <summary>The most errors or warnings that are listed: more than a person reads.</summary>
    public const int Most = 50;

    /// <summary>Nothing found.</summary>
    public static Findings None { get; } = new([], []);

    /// <summary>Whether the object may be acted on.</summary>
    public bool IsValid => Errors.Count == 0;

    /// <summary>All errors in one line for a condition or an event: at most <paramref name="limit"/> characters.</summary>
    /// <param name="limit">At least 20.</param>
    public string Summary(int limit = 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 20);
        var text = string.Join("; ", Errors);
        return text.Length <= limit ? text : string.Concat(text.AsSpan(0, limit - 1), "…");
    }
}
