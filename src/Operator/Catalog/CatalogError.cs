namespace Operator.Catalog;

/// <summary>What is wrong with a catalogue.</summary>
/// <param name="Path">The field, such as <c>models[2].prices[0].input</c>; empty for the whole file.</param>
/// <param name="Line">The line, from 1; null where it is not known.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record CatalogError(string Path, long? Line, string Message)
{
    /// <summary>Where and what, in a line.</summary>
    public override string ToString() =>
        (Line is { } line ? $"line {line}: " : "") + (Path.Length > 0 ? Path + ": " : "") + Message;
}

/// <summary>What reading a catalogue gave.</summary>
/// <param name="Catalog">The catalogue; null when there are errors.</param>
/// <param name="Errors">Everything that is wrong.</param>
public sealed record CatalogReading(ModelCatalog? Catalog, IReadOnlyList<CatalogError> Errors);
