using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Forwarding;

/// <summary>Reads request bodies.</summary>
internal static class RequestBody
{
    /// <summary>The largest body of a message, as the API takes it.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    /// <summary>Reads a body to its end. Not into a pool: the connection to the upstream may read it for longer than the request lasts.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">The caller leaves.</param>
    /// <param name="maxBytes">The largest body that is read.</param>
    public static async Task<(byte[]? Body, Refusal? Refusal)> ReadAsync(HttpRequest request, CancellationToken cancellation, int maxBytes = MaxBytes)
    {
        if (request.ContentLength > maxBytes) return (null, Refusal.TooLarge(maxBytes));
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            return (null, Refusal.BadRequest("The limiter reads request bodies without content-encoding only.", "content-encoding"));
        }
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (buffer.Length > maxBytes)
            {
                reader.AdvanceTo(buffer.End);
                return (null, Refusal.TooLarge(maxBytes));
            }
            if (result.IsCompleted)
            {
                var body = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return (body, null);
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
