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

    private const long Believed = 256 * 1024;

    /// <summary>Reads a body to its end. Not into a pool: the connection to the upstream may read it for longer than the request lasts.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellation">The caller leaves.</param>
    /// <param name="maxBytes">The largest body that is read.</param>
    public static async ValueTask<(byte[]? Body, Refusal? Refusal)> ReadAsync(HttpRequest request, CancellationToken cancellation, int maxBytes = MaxBytes)
    {
        if (request.ContentLength > maxBytes) return (null, Refusal.TooLarge(maxBytes));
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            return (null, Refusal.BadRequest("The limiter reads request bodies without content-encoding only.", "content-encoding"));
        }
        var reader = request.BodyReader;
        // What is announced is believed up to a point: who sends less than that must not make others hold more.
        var body = new byte[Math.Min(request.ContentLength ?? 4 * 1024, Believed)];
        var length = 0;
        while (true)
        {
            var result = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            var buffer = result.Buffer;
            await LargeBody.LeaveAsync(length + buffer.Length);
            if (length + buffer.Length > maxBytes)
            {
                reader.AdvanceTo(buffer.End);
                return (null, Refusal.TooLarge(maxBytes));
            }
            // Taken as it comes, so that the connection holds little of it.
            var needed = length + (int)buffer.Length;
            if (needed > body.Length) Array.Resize(ref body, (int)Math.Min(Math.Max(needed, 2L * body.Length), Math.Max(needed, request.ContentLength ?? maxBytes)));
            buffer.CopyTo(body.AsSpan(length));
            length = needed;
            reader.AdvanceTo(buffer.End);
            if (!result.IsCompleted) continue;
            if (length < body.Length) Array.Resize(ref body, length);
            return (body, null);
        }
    }
}
