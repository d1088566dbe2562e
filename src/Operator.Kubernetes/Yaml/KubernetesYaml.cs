using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Operator.Kubernetes.Yaml;

/// <summary>
/// Reads YAML the way kubectl does: several documents, anchors and merge keys, YAML 1.1 scalars, duplicate keys refused. JSON is YAML
/// too. The result is JSON, without reflection.
/// </summary>
public static class KubernetesYaml
{
    /// <summary>Reads every document of a text; empty ones are left out.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="source">The file or other source, for error messages.</param>
    /// <exception cref="YamlFormatException">The text is not valid; the message names source, line and column.</exception>
    public static IReadOnlyList<JsonNode> Parse(string text, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var reader = new StringReader(text);
        var documents = new List<JsonNode>();
        var parser = new Parser(reader);
        try
        {
            parser.Consume<StreamStart>();
            while (parser.TryConsume<DocumentStart>(out _))
            {
                if (new YamlDocumentReader(parser).Read() is { } document) documents.Add(document);
                parser.Consume<DocumentEnd>();
            }
            return documents;
        }
        catch (YamlException error)
        {
            throw new YamlFormatException(source, error.Start.Line, error.Start.Column, Problem(error), error);
        }
    }

    /// <summary>Reads a text of exactly one document that is an object.</summary>
    /// <exception cref="YamlFormatException">The text is not valid, or is not one object.</exception>
    public static JsonObject ParseObject(string text, string? source = null)
    {
        var documents = Parse(text, source);
        return documents is [JsonObject document]
            ? document
            : throw new YamlFormatException(source, 1, 1, documents.Count == 1
                ? "expected an object of keys and values"
                : $"expected one document, found {documents.Count}");
    }

    private static string Problem(YamlException error) => error.InnerException?.Message ?? error.Message;
}
