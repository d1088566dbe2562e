using System.Buffers;
using System.Net;

namespace Operator.Limiter.Forwarding;

/// <summary>
/// The body of a message on its way to the upstream. The connection keeps the content for as long as the answer lasts; its bytes can be let
/// go before.
/// </summary>
internal sealed class MessageContent(byte[] bytes) : HttpContent
{
    private const int Chunk = 16 * 1024;

    private readonly int _length = bytes.Length;
    private byte[]? _bytes = bytes;

    /// <summary>Lets go of the bytes; what is being sent is still sent.</summary>
    public void Release() => _bytes = null;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var bytes = _bytes ?? throw new InvalidOperationException("The body of a call that has its answer is not sent again.");
        if (bytes.Length <= Chunk)
        {
            await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            return;
        }
        // A socket remembers the last memory that it sent from: that shall be a small one.
        var chunk = ArrayPool<byte>.Shared.Rent(Chunk);
        try
        {
            for (var sent = 0; sent < bytes.Length; sent += Chunk)
            {
                await LargeBody.LeaveAsync(bytes.Length);
                var length = Math.Min(Chunk, bytes.Length - sent);
                bytes.AsSpan(sent, length).CopyTo(chunk);
                await stream.WriteAsync(chunk.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
