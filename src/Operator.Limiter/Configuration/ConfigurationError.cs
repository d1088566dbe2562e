namespace Operator.Limiter.Configuration;

/// <summary>What is wrong with a configuration, and where.</summary>
/// <param name="Path">The field, such as <c>quota.groups[0].limits.requests</c>.</param>
/// <param name="Message">Why it is wrong and what would be right.</param>
internal sealed record ConfigurationError(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>A configuration that was not taken.</summary>
/// <param name="Source">Where it came from: a file's name, or the operator.</param>
/// <param name="Deployment">The deployment, as <c>namespace/name</c>; null when the document does not tell.</param>
/// <param name="Generation">Its generation; null when the document does not tell.</param>
/// <param name="Errors">Why, at least one.</param>
internal sealed record RefusedConfiguration(
    string Source, string? Deployment, long? Generation, IReadOnlyList<ConfigurationError> Errors)
{
    /// <summary>The reasons in one line.</summary>
    public string Because => string.Join("; ", Errors);
}
