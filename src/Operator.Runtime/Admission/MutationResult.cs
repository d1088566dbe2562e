namespace Operator.Runtime.Admission;

/// <summary>What a mutation webhook decides.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed record MutationResult<T>
    where T : class
{
    internal MutationResult()
    {
    }

    /// <summary>The object as it should be; null when it stays as it is, or is changed by <see cref="Patch"/>.</summary>
    public T? ModifiedObject { get; internal init; }

    /// <summary>An RFC 6902 patch as UTF-8 JSON; empty for none.</summary>
    public ReadOnlyMemory<byte> Patch { get; internal init; }

    /// <summary>The refusal; null when the request goes on.</summary>
    public ValidationResult? Refusal { get; internal init; }

    /// <summary>Shown to the user whether allowed or not.</summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>The same decision with warnings for the user.</summary>
    public MutationResult<T> WithWarnings(params IEnumerable<string> warnings) => this with { Warnings = [.. Warnings, .. warnings] };
}
