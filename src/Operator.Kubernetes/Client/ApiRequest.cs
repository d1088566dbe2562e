using System.Net.Http.Headers;

namespace Operator.Kubernetes;

/// <summary>One request to the API, which can be sent again: its body is in memory.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query, relative to the server's address, escaped.</param>
internal sealed record ApiRequest(HttpMethod Method, string Path)
{
    /// <summary>The body; null for none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The body's content type.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>What the answer may be.</summary>
    public string Accept { get; init; } = "application/json";

    /// <summary>Whether the answer may be compressed.</summary>
    public bool AllowCompression { get; init; }

    /// <summary>The call for people to read: method and path without the query, which may hold continue tokens.</summary>
    public override string ToString() => $"{Method} /{Path.Split('?')[0]}";

    /// <summary>The message for one try.</summary>
    public HttpRequestMessage ToMessage(Uri server)
    {
        var message = new HttpRequestMessage(Method, new Uri(server, Path))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", Accept);
        if (AllowCompression) message.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }
        return message;
    }
}
