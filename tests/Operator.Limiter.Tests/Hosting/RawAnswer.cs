using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>An answer as it stands on the wire, read strictly: what is no well-formed HTTP is an error.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">Headers in lower case.</param>
/// <param name="Body">The body, without chunk frames.</param>
/// <param name="Whole">Whether the body came to its end.</param>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body, bool Whole)
{
    /// <summary>Sends bytes and reads all until the connection ends.</summary>
    /// <param name="port">Where to, on the loopback interface.</param>
    /// <param name="bytes">What to send.</param>
    /// <param name="leaveAfter">How long to wait for an answer before the sender says that no more comes; null to wait for it.</param>
    public static async Task<byte[]> ExchangeAsync(int port, ReadOnlyMemory<byte> bytes, TimeSpan? leaveAfter = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        var stream = client.GetStream();
        using var all = new MemoryStream();
        try
        {
            await stream.WriteAsync(bytes, patience.Token);
            var reading = stream.CopyToAsync(all, patience.Token);
            if (leaveAfter is { } wait && await Task.WhenAny(reading, Task.Delay(wait, patience.Token)) != reading) client.Client.Shutdown(SocketShutdown.Send);
            await reading;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // A reset is an answer, too; what came before it counts.
        }
        return all.ToArray();
    }

    /// <summary>Reads all answers on a connection.</summary>
    /// <param name="bytes">All that came.</param>
    /// <param name="head">Whether the requests may have asked for no body.</param>
    /// <exception cref="FormatException">It is no HTTP.</exception>
    public static List<RawAnswer> ReadAll(byte[] bytes, bool head = false)
    {
        var answers = new List<RawAnswer>();
        for (var rest = bytes.AsSpan(); !rest.IsEmpty;)
        {
            var end = rest.IndexOf("\r\n\r\n"u8);
            if (end < 0) throw new FormatException("headers without an end: " + Encoding.Latin1.GetString(rest));
            var lines = Encoding.Latin1.GetString(rest[..end]).Split("\r\n");
            rest = rest[(end + 4)..];
            var first = lines[0].Split(' ', 3);
            if (first is not ["HTTP/1.1", { Length: 3 }, _] || !int.TryParse(first[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                throw new FormatException("no status line: " + lines[0]);
            }
            var headers = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var line in lines.AsSpan(1))
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon <= 0) throw new FormatException("no header: " + line);
                headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
            }
            if (status is 100 or 204 or 304 || (head && rest.StartsWith("HTTP/1.1 "u8)) || (head && rest.IsEmpty))
            {
                if (status != 100) answers.Add(new(status, headers, "", true));
                continue;
            }
            var (body, whole, taken) = BodyOf(rest, headers);
            answers.Add(new(status, headers, Encoding.UTF8.GetString(body), whole));
            rest = rest[taken..];
        }
        return answers;
    }

    /// <summary>Whether the body is an error as the API writes it.</summary>
    public bool IsApiError()
    {
        if (!Headers.TryGetValue("content-type", out var type) || !type.StartsWith("application/json", StringComparison.Ordinal)) return false;
        var error = JsonNode.Parse(Body);
        return (string?)error?["type"] == "error" && (string?)error["error"]?["type"] is { Length: > 0 } && (string?)error["error"]?["message"] is { Length: > 0 };
    }

    private static (byte[] Body, bool Whole, int Taken) BodyOf(ReadOnlySpan<byte> rest, Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("content-length", out var length))
        {
            var expected = int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture);
            var there = Math.Min(expected, rest.Length);
            return (rest[..there].ToArray(), there == expected, there);
        }
        if (!headers.TryGetValue("transfer-encoding", out var coding)) return (rest.ToArray(), true, rest.Length);
        if (coding != "chunked") throw new FormatException("transfer-encoding " + coding);
        using var body = new MemoryStream();
        for (var at = 0; ;)
        {
            var line = rest[at..].IndexOf("\r\n"u8);
            if (line < 0) return (body.ToArray(), false, rest.Length);
            var size = int.Parse(Encoding.ASCII.GetString(rest.Slice(at, line)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            at += line + 2;
            if (rest.Length < at + size + 2) return (body.ToArray(), false, rest.Length);
            body.Write(rest.Slice(at, size));
            at += size;
            if (!rest.Slice(at, 2).SequenceEqual("\r\n"u8)) throw new FormatException("a chunk without an end");
            at += 2;
            if (size == 0) return (body.ToArray(), true, at);
        }
    }
}
