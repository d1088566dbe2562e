using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Benchmarks.Limiter.LargeBodies;

/// <summary>One connection on which large bodies follow each other, in a thread of its own and blocking: so that it holds up none of the small ones.</summary>
internal sealed class LargeClient : IAsyncDisposable
{
    private readonly byte[] _request;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000, SendTimeout = 30_000 };

    public LargeClient(int port, int bytes)
    {
        // Many messages with much to read between quotation marks, as a conversation with documents has it.
        var text = new StringBuilder("""{"model":"claude-sonnet-5-5","max_tokens":100,"messages":[""");
        while (text.Length < bytes - 4_096)
        {
            text.Append("""{"role":"user","content":"A \"quoted\" line.\n""").Append('x', 3_000).Append("\"},{\"role\":\"assistant\",\"content\":\"I see.\"},");
        }
        text.Append("""{"role":"user","content":"And now?"}]}""");
        var body = text.ToString();
        _request = Encoding.ASCII.GetBytes(
            $"POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: of-the-app\r\nanthropic-version: 2023-06-01\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n\r\n{body}");
        _socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>Sends until it is told to end.</summary>
    /// <returns>How many were answered.</returns>
    /// <exception cref="InvalidOperationException">One was not.</exception>
    public Task<int> RunAsync(CancellationToken end) => Task.Factory.StartNew(() => Run(end), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private int Run(CancellationToken end)
    {
        var answered = 0;
        var buffer = new byte[16 * 1024];
        while (!end.IsCancellationRequested)
        {
            for (var sent = 0; sent < _request.Length;) sent += _socket.Send(_request.AsSpan(sent));
            // Each answer is short and comes at once: head and body are there when the body's last brackets are.
            var length = 0;
            while (!Encoding.ASCII.GetString(buffer, 0, length).EndsWith("}}", StringComparison.Ordinal))
            {
                var read = _socket.Receive(buffer.AsSpan(length));
                length += read;
                if (read == 0 || length == buffer.Length || !buffer.AsSpan(0, length).StartsWith("HTTP/1.1 200"u8))
                    throw new InvalidOperationException($"A large body was answered by {Encoding.ASCII.GetString(buffer, 0, length)}");
            }
            answered++;
        }
        return answered;
    }
}
