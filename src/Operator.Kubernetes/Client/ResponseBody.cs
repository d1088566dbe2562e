using System.IO.Compression;

namespace Operator.Kubernetes;

/// <summary>Opens the body of an answer. Compression is asked for, and undone, here: a watch must never be compressed.</summary>
internal static class ResponseBody
{
    /// <summary>The body's stream, decompressed.</summary>
    public static async Task<Stream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return response.Content.Headers.ContentEncoding.Contains("gzip", StringComparer.OrdinalIgnoreCase)
            ? new GZipStream(stream, CompressionMode.Decompress)
            : stream;
    }
}
