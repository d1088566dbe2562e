namespace Operator.Kubernetes.Yaml;

/// <summary>A text is not YAML that Kubernetes accepts; the message names source, line and column.</summary>
public sealed class YamlFormatException : FormatException
{
    /// <summary>Creates the error.</summary>
    /// <param name="source">The file or other source; null for none.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="inner">The parser's own error.</param>
    public YamlFormatException(string? source, long line, long column, string problem, Exception? inner = null)
        : base($"{(source is null ? "" : source + ": ")}line {line}, column {column}: {problem}", inner)
    {
        Line = line;
        Column = column;
    }

    /// <summary>The line, from 1.</summary>
    public long Line { get; }

    /// <summary>The column, from 1.</summary>
    public long Column { get; }
}
