using System.Globalization;
using System.Text;
using Operator.Contract;
using Operator.Limiter.Telemetry;
using Operator.MockClaude;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>
/// Whatever callers and upstreams send, the limiter lives, answers in well-formed HTTP, and counts every request once. 5 000 cases each;
/// the environment variable FUZZ says otherwise.
/// </summary>
public sealed class FuzzTests
{
    private const string Planted = "planted-secret";

    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var cases) ? cases : 5_000;

    private static readonly string[] Paths =
    [
        "/v1/messages", "/v1/messages", "/v1/messages", "/v1/messages?beta=true", "/v1/messages/count_tokens", "/v1/messages/batches", "/v1/models",
        "/v1/models/claude-sonnet-5-5", "/v1/messages/batches/x/results", "/v1/messages/batches/..%2f..", "/", "//x", "/v1/complete", "/v1/messages/%25",
    ];

    private static readonly string[] Values = ["", "triage", "none", "bulk", "x, y", "\"", "grüße", "世界", "a\tb", "0", "gzip", "close", "text/plain", Planted];

    private static readonly string[] Names =
    [
        RequestHeaders.Deployment, RequestHeaders.Revision, RequestHeaders.Lane, RequestHeaders.Conversation, RequestHeaders.User, "content-type",
        "content-encoding", "accept-encoding", "anthropic-beta", "anthropic-version", "cookie", "x-other", "te", "accept", "user-agent", "date",
        "if-modified-since", "range", "content-md5", "x-api-key", "authorization",
    ];

    [Fact]
    public async Task Fuzzed_requests_are_each_answered_in_http_and_counted_once()
    {
        var logs = new CapturedLogs();
        await using var limiter = await StartAsync(logs, null);
        var well = 0;
        await Parallel.ForAsync(0, Cases, new ParallelOptions { MaxDegreeOfParallelism = 48 }, async (i, _) =>
        {
            var random = new Random(i);
            var (bytes, head) = Request(random);
            // One in eight is bent in its frame as well: it may be no HTTP at all, or never end.
            var torn = i % 8 == 0;
            if (torn) Bend(random, bytes);
            else Interlocked.Increment(ref well);
            var got = await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, bytes, torn ? TimeSpan.FromMilliseconds(250) : null);
            var answers = RawAnswer.ReadAll(got, head);
            if (!torn) Assert.True(answers.Count == 1 && answers[0].Whole, $"case {i}: {Encoding.Latin1.GetString(got)}");
            foreach (var answer in answers.Where(a => a.Whole && a.Status >= 400 && !head))
            {
                // What is no HTTP never becomes a request: the server itself refuses it, without a body.
                Assert.True(answer.IsApiError() || (torn && answer.Body.Length == 0), $"case {i}: {Encoding.Latin1.GetString(got)}");
                // The API may quote what it was sent; the limiter's own refusals, which this header marks, never do.
                if (answer.Headers.ContainsKey("x-should-retry")) Assert.DoesNotContain(Planted, answer.Body, StringComparison.Ordinal);
            }
        });
        await LivesAsync(limiter, logs);
        Assert.True(limiter.State.Counts.Received >= well);
        Assert.DoesNotContain((CallOutcome.Failed, "upstream-unreachable"), limiter.State.Counts.Ended.Keys);
    }

    [Fact]
    public async Task Fuzzed_answers_of_an_upstream_pass_as_they_are_or_are_told_as_broken()
    {
        var logs = new CapturedLogs();
        await using var upstream = new RawUpstream();
        await using var limiter = await StartAsync(logs, upstream.Address);
        var passed = 0;
        await Parallel.ForAsync(0, Cases, new ParallelOptions { MaxDegreeOfParallelism = 48 }, async (i, _) =>
        {
            var random = new Random(i);
            var mark = i.ToString(CultureInfo.InvariantCulture);
            var body = Stream(random);
            var whole = random.Next(4) != 0;
            upstream.Answer(mark, Answer(random, body, whole));
            var request = $"POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-mark: {mark}\r\nconnection: close\r\ncontent-length: {RunningLimiter.StreamBody.Length}\r\n\r\n{RunningLimiter.StreamBody}";
            var got = await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Encoding.ASCII.GetBytes(request));
            var answers = RawAnswer.ReadAll(got);
            if (!whole)
            {
                Assert.DoesNotContain(answers, a => a.Status == 200 && a.Whole);
                return;
            }
            var answer = Assert.Single(answers);
            Assert.True(answer is { Status: 200, Whole: true } && answer.Body == Encoding.UTF8.GetString(body), $"case {i}: {Encoding.Latin1.GetString(got)}");
            Interlocked.Increment(ref passed);
        });
        Assert.InRange(passed, 1, Cases);
        await LivesAsync(limiter, logs);
        Assert.Equal(Cases, limiter.State.Counts.Received);
    }

    private static async Task<RunningLimiter> StartAsync(CapturedLogs logs, Uri? upstream)
    {
        var share = new Share(new(1e6, 1e12, 1e12), new(1e6, 1e12, 1e12));
        return await RunningLimiter.StartAsync(
            Sample.Deployment() with { Quota = Sample.Quota(share) }, upstream, new MockClaudeOptions { Fast = true, EnforceLimits = false }, logs.Factory);
    }

    private static async Task LivesAsync(RunningLimiter limiter, CapturedLogs logs)
    {
        var counts = await limiter.SettledAsync();
        Assert.DoesNotContain(counts.Ended.Keys, e => e.Reason is "fault" or "unknown");
        using var health = new HttpClient { BaseAddress = limiter.Host.HealthAddress };
        Assert.Equal("ok", await health.GetStringAsync("/healthz"));
        Assert.DoesNotContain(Planted, await health.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await limiter.Host.StopAsync();
        Assert.All(logs.Lines, line => Assert.False(line.Contains(Planted, StringComparison.Ordinal) || line.Contains("sk-ant", StringComparison.Ordinal), line));
        var calls = Encoding.UTF8.GetString(limiter.Calls.ToArray());
        Assert.Equal(counts.Received, calls.AsSpan().Count('\n'));
        Assert.DoesNotContain(Planted, calls, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-ant", calls, StringComparison.Ordinal);
    }

    /// <summary>A request whose frame is right, whatever it says.</summary>
    private static (byte[] Bytes, bool Head) Request(Random random)
    {
        string[] methods = ["POST", "POST", "POST", "POST", "POST", "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"];
        var method = methods[random.Next(methods.Length)];
        var body = Encoding.UTF8.GetBytes(
            $$"""{"model":"any","max_tokens":64,"stream":{{(random.Next(2) == 0 ? "true" : "false")}},"system":"{{Planted}}","metadata":{"user_id":"{{Planted}}"},"messages":[{"role":"user","content":"{{Planted}} {{random.Next()}}"}]}""");
        if (random.Next(3) != 0) Bend(random, body);
        if (random.Next(6) == 0) body = body[..random.Next(body.Length)];
        var head = new StringBuilder($"{method} {Paths[random.Next(Paths.Length)]} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: {Planted}\r\nanthropic-version: 2023-06-01\r\n");
        for (var n = random.Next(4); n > 0; n--) head.Append(Names[random.Next(Names.Length)]).Append(": ").Append(Values[random.Next(Values.Length)]).Append("\r\n");
        if (random.Next(3) != 0) return ([.. Encoding.UTF8.GetBytes($"{head}content-length: {body.Length}\r\n\r\n"), .. body], method == "HEAD");
        using var all = new MemoryStream();
        all.Write(Encoding.UTF8.GetBytes($"{head}transfer-encoding: chunked\r\n\r\n"));
        Chunks(random, body, all);
        all.Write("0\r\n\r\n"u8);
        return (all.ToArray(), method == "HEAD");
    }

    /// <summary>A stream of events in which anything may be wrong.</summary>
    private static byte[] Stream(Random random)
    {
        string[] events =
        [
            $$$$"""{"type":"message_start","message":{"id":"m","model":"{{{{Planted}}}}","usage":{"input_tokens":{{{{random.NextInt64()}}}},"output_tokens":1}}}""",
            $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{Planted}}}"}}""",
            $$$"""{"type":"message_delta","delta":{"stop_reason":"{{{Planted}}}"},"usage":{"output_tokens":{{{random.Next(-5, 500)}}}}}""",
            """{"type":"message_stop"}""", """{"type":"ping"}""", $$$"""{"type":"error","error":{"type":"{{{Planted}}}","message":"{{{Planted}}}"}}""", "[", "",
        ];
        var text = new StringBuilder();
        for (var n = random.Next(1, 12); n > 0; n--)
        {
            text.Append(random.Next(4) == 0 ? "" : "event: x\n").Append("data: ").Append(events[random.Next(events.Length)]).Append(random.Next(5) == 0 ? "\r\n\r\n" : "\n\n");
        }
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        if (random.Next(2) == 0) Bend(random, bytes);
        return random.Next(4) == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes;
    }

    /// <summary>A whole answer around a body, or one that breaks off.</summary>
    private static byte[] Answer(Random random, byte[] body, bool whole)
    {
        using var all = new MemoryStream();
        var type = random.Next(5) == 0 ? "application/json" : "text/event-stream";
        // Of an answer that ends with its connection nobody can tell whether it is whole.
        var frame = random.Next(whole ? 3 : 2);
        if (frame != 0)
        {
            var length = frame == 1 ? $"content-length: {body.Length}\r\n" : "";
            all.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: {type}\r\nconnection: close\r\n{length}\r\n"));
            all.Write(body);
        }
        else
        {
            all.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\ncontent-type: {type}\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"));
            Chunks(random, body, all);
            all.Write("0\r\n\r\n"u8);
        }
        var bytes = all.ToArray();
        // The last chunk's end may be missing without anybody's harm: what is cut is more than that.
        return whole ? bytes : bytes[..random.Next(Math.Max(1, bytes.Length - body.Length - 40), bytes.Length - 5)];
    }

    private static void Chunks(Random random, byte[] body, MemoryStream to)
    {
        for (var at = 0; at < body.Length;)
        {
            var size = Math.Min(random.Next(1, 90), body.Length - at);
            to.Write(Encoding.ASCII.GetBytes($"{size:x}\r\n"));
            to.Write(body, at, size);
            to.Write("\r\n"u8);
            at += size;
        }
    }

    private static void Bend(Random random, byte[] bytes)
    {
        for (var n = random.Next(1, 6); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
    }
}
