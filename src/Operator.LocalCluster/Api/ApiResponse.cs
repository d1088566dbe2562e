using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using Operator.LocalCluster.Storage;

namespace Operator.LocalCluster.Api;

/// <summary>An answer before it is sent: a body, or a stream that is written while it lasts.</summary>
internal sealed record ApiResponse
{
    /// <summary>The HTTP status code.</summary>
    public required int Status { get; init; }

    /// <summary>The media type of the body.</summary>
    public string ContentType { get; init; } = ContentNegotiation.Json;

    /// <summary>The whole body; unused where <see cref="Stream"/> is set.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Writes a body that is long or lasts.</summary>
    public Func<PipeWriter, CancellationToken, Task>? Stream { get; init; }

    /// <summary>Whether the stream is a watch, which is flushed event by event.</summary>
    public bool IsWatch { get; init; }

    /// <summary>The ETag with its quotes; empty for none.</summary>
    public string ETag { get; init; } = "";

    /// <summary>Further headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Texts for <c>Warning</c> headers.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>A plain text.</summary>
    public static ApiResponse Text(int status, string text) => new()
    {
        Status = status, ContentType = "text/plain; charset=utf-8", Body = Encoding.UTF8.GetBytes(text),
    };

    /// <summary>What the server's router answers for a path it does not know.</summary>
    public static ApiResponse PageNotFound() => Text(404, "404 page not found\n") with
    {
        Headers = new Dictionary<string, string> { ["X-Content-Type-Options"] = "nosniff" },
    };

    /// <summary>An object of the API's own kinds, as it stands.</summary>
    public static ApiResponse Object(int status, JsonObject value, string contentType = ContentNegotiation.Json) => new()
    {
        Status = status, ContentType = contentType, Body = Line(ObjectWriter.Write(value, sorted: false)),
    };

    /// <summary>JSON that is written already.</summary>
    public static ApiResponse Json(int status, ReadOnlyMemory<byte> json, string contentType = ContentNegotiation.Json) => new()
    {
        Status = status, ContentType = contentType, Body = Line(json.Span),
    };

    /// <summary>An error as a Status.</summary>
    public static ApiResponse Error(ApiException error) => Object(error.Code, StatusObjects.Failure(error));

    private static byte[] Line(ReadOnlySpan<byte> json)
    {
        var line = new byte[json.Length + 1];
        json.CopyTo(line);
        line[^1] = (byte)'\n';
        return line;
    }
}
