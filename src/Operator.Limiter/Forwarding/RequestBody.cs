using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Operator.Limiter.Refusals;

namespace Operator.Limiter.Forwarding;

/// <summary>A request's body in a rented buffer.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>The largest body of a message, as the API takes it.</summary>
    public const int MaxBytes = 32 * 1024 * 1024;

    private byte[]? _rented;

    private RequestBody(byte[] rented, int length) => (_rented, Length) = (rented, length);

    /// <summary>How many bytes it has.</summary>
    public int Length { get; }

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _rented.AsMemory(0, Length);

    /// <summary>Takes over a rented buffer.</summary>
    public static RequestBody Of((byte[] Rented, int Length) buffer) => new(buffer.Rented, buffer.Length);

    /// <summary>Reads a body to its end.</summary>
    public static async Task<(RequestBody? Body, Refusal? Refusal)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > MaxBytes) return (null, Refusal.TooLarge(MaxBytes));
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
        {
            return (null, Refusal.BadRequest("The limiter reads request bodies without content-encoding only.", "content-encoding"));
        }
        var reader = request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (buffer.Length > MaxBytes)
            {
                reader.AdvanceTo(buffer.End);
                return (null, Refusal.TooLarge(MaxBytes));
            }
            if (result.IsCompleted)
            {
                var length = (int)buffer.Length;
                var rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, length));
                buffer.CopyTo(rented);
                reader.AdvanceTo(buffer.End);
                return (new RequestBody(rented, length), null);
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
    }
}
