using System.Net;

namespace Operator.Kubernetes.Tests.Support;

/// <summary>Answers requests without a network.</summary>
public sealed class ScriptedHandler(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public static ScriptedHandler Streams(Func<Stream> body, string type = "application/json") => new((_, _) =>
    {
        var content = new StreamContent(body());
        content.Headers.ContentType = new(type);
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
    });

    public KubernetesClient Client(KubernetesClientOptions? options = null) => new(
        new() { Server = new Uri("https://api.test"), ServerOrigin = "the test" }, (options ?? new()) with { Handler = this });

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        answer(request, cancellationToken);
}

/// <summary>A stream that hands out the given pieces one read at a time, then ends, fails or waits.</summary>
public sealed class PiecewiseStream(IEnumerable<byte[]> pieces, Exception? failure = null, bool waits = false) : Stream
{
    private readonly IEnumerator<byte[]> _pieces = pieces.GetEnumerator();
    private ReadOnlyMemory<byte> _rest;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_rest.IsEmpty)
        {
            if (!_pieces.MoveNext())
            {
                if (failure is not null) throw failure;
                if (waits) await Task.Delay(Timeout.Infinite, cancellationToken);
                return 0;
            }
            _rest = _pieces.Current;
        }
        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
