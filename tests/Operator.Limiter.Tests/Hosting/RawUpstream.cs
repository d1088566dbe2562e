using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>An upstream that answers each request with the bytes that its test chose, whatever they are, and closes.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte[]> _answers = new();
    private readonly Task _accepting;

    public RawUpstream()
    {
        _listener.Start(512);
        _accepting = AcceptAsync();
    }

    /// <summary>The base address.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The heads of the requests that came, without their bodies.</summary>
    public ConcurrentQueue<string> Heads { get; } = new();

    /// <summary>What an answer waits for once its request is there; nothing at first.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Sets the whole answer to the request that carries this mark in its header <c>x-mark</c>.</summary>
    public void Answer(string mark, byte[] bytes) => _answers[mark] = bytes;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var under = new ConcurrentDictionary<Task, byte>();
        try
        {
            while (true)
            {
                var task = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
                under[task] = 0;
                _ = task.ContinueWith(done => under.TryRemove(done, out _), TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test ends.
        }
        await Task.WhenAll(under.Keys);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var buffer = new byte[16 * 1024];
            var length = 0;
            int end;
            while ((end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), _stop.Token);
                if (read == 0) return;
                length += read;
            }
            var text = System.Text.Encoding.Latin1.GetString(buffer, 0, end);
            Heads.Enqueue(text);
            var head = text.Split("\r\n");
            var left = Value(head, "content-length") is { } all ? int.Parse(all, System.Globalization.CultureInfo.InvariantCulture) - (length - end - 4) : 0;
            while (left > 0) left -= await stream.ReadAsync(buffer, _stop.Token) is var read and > 0 ? read : left;
            await Gate.WaitAsync(_stop.Token);
            await stream.WriteAsync(_answers[Value(head, "x-mark")!], _stop.Token);
            client.Client.Shutdown(SocketShutdown.Send);
            // Until the other side has taken it all: closing with unread bytes would reset.
            while (await stream.ReadAsync(buffer, _stop.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The limiter closed first, as it may.
        }
    }

    private static string? Value(string[] head, string name) =>
        head.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
}
