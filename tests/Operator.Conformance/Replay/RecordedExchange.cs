using System.Text.Json.Nodes;

namespace Operator.Conformance.Replay;

/// <summary>One request that was sent to a real API server, and what it answered.</summary>
public sealed record RecordedExchange
{
    public required string Method { get; init; }

    /// <summary>Path and query, with the recorded versions and names in it.</summary>
    public required string Path { get; init; }

    public string? Accept { get; init; }

    public string? ContentType { get; init; }

    /// <summary>A JSON value, or a JSON string that holds the raw text; <c>{"base64": …}</c> for a binary body; null for none.</summary>
    public JsonNode? Body { get; init; }

    public required int Status { get; init; }

    public string? Warning { get; init; }

    /// <summary>A JSON value, a JSON string that holds the raw text, or an array of events when the request is a watch.</summary>
    public JsonNode? Answer { get; init; }

    public bool IsWatch => Path.Contains("watch=true", StringComparison.Ordinal);

    public static RecordedExchange From(JsonNode node)
    {
        var step = node.AsObject();
        return new RecordedExchange
        {
            Method = (string)step["method"]!,
            Path = (string)step["path"]!,
            Accept = (string?)step["accept"],
            ContentType = (string?)step["contentType"],
            Body = step["body"]?.DeepClone(),
            Status = (int)step["status"]!,
            Warning = (string?)step["warning"],
            Answer = step["answer"]?.DeepClone(),
        };
    }
}
