using System.Text;
using System.Text.RegularExpressions;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>What a connection keeps from one request to the next shows in no answer.</summary>
public sealed partial class ConnectionReuseTests
{
    private static readonly string Flag = """{"context":{"targetingKey":"somebody"}}""";

    private static readonly (string Line, string Headers, string Body)[] Requests =
    [
        ("POST /v1/messages", "x-mark: plain\r\n", RunningLimiter.Body),
        ("POST /v1/messages?beta=true", "x-mark: stream\r\nx-claude-user: ann\r\n", RunningLimiter.StreamBody),
        ("POST /v1/messages", "x-mark: refused\r\nx-claude-conversation: c1\r\n", RunningLimiter.Body),
        ("POST /v1/messages", "x-mark: html\r\n", RunningLimiter.Body),
        ("POST /v1/messages", "x-mark: plain\r\nx-claude-deployment: nobodys\r\n", RunningLimiter.Body),
        ("POST /v1/messages", "x-mark: plain\r\n", "{\"model\":"),
        ("POST /v1/messages/count_tokens", "x-mark: count\r\n", RunningLimiter.Body),
        ("GET /v1/models/claude-sonnet-5-5", "x-mark: model\r\n", ""),
        ("POST /ofrep/v1/evaluate/flags/triage.model", "", Flag),
        ("POST /ofrep/v1/evaluate/flags/triage.none", "", Flag),
        ("GET /api/hello", "", ""),
        ("GET /nothing", "x-claude-lane: bulk\r\n", ""),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Requests_of_one_connection_are_answered_as_if_each_had_its_own(int seed)
    {
        await using var upstream = Upstream();
        await using var limiter = await RunningLimiter.StartAsync(upstream: upstream.Address);
        var alone = new List<string>();
        for (var i = 0; i < Requests.Length; i++) alone.AddRange(await AnswersAsync(limiter, [i]));
        Assert.Equal(Requests.Length, alone.Count);
        Assert.Equal(Requests.Length, alone.Distinct().Count());
        var random = new Random(seed);
        var order = Enumerable.Range(0, 200).Select(_ => random.Next(Requests.Length)).ToList();
        Assert.Equal(order.Select(i => alone[i]), await AnswersAsync(limiter, order));
        await limiter.SettledAsync();
    }

    /// <summary>Sends the requests on one connection, all at once, and reads what comes until it ends.</summary>
    private static async Task<List<string>> AnswersAsync(RunningLimiter limiter, List<int> order)
    {
        var text = new StringBuilder();
        for (var i = 0; i < order.Count; i++)
        {
            var (line, headers, body) = Requests[order[i]];
            text.Append(line).Append(" HTTP/1.1\r\nhost: x\r\nanthropic-version: 2023-06-01\r\n").Append(headers);
            if (i == order.Count - 1) text.Append("connection: close\r\n");
            if (line.StartsWith("POST", StringComparison.Ordinal)) text.Append("content-type: application/json\r\ncontent-length: ").Append(body.Length).Append("\r\n");
            text.Append("\r\n").Append(body);
        }
        var answers = RawAnswer.ReadAll(await RawAnswer.ExchangeAsync(limiter.Host.Address.Port, Encoding.ASCII.GetBytes(text.ToString())));
        return [.. answers.Select(Told)];
    }

    /// <summary>An answer without what is each one's own.</summary>
    private static string Told(RawAnswer answer)
    {
        Assert.True(answer.Whole, answer.Body);
        var headers = answer.Headers.Where(h => h.Key is not ("date" or "connection")).OrderBy(h => h.Key, StringComparer.Ordinal).Select(h => $"{h.Key}: {h.Value}");
        return Id().Replace($"{answer.Status}\n{string.Join('\n', headers)}\n\n{answer.Body}", "req_");
    }

    private static RawUpstream Upstream()
    {
        const string usage = "\"usage\":{\"input_tokens\":9,\"output_tokens\":4}";
        var upstream = new RawUpstream();
        Answer("plain", "200 OK", "application/json", "{\"id\":\"m\",\"type\":\"message\",\"model\":\"claude-sonnet-5-5\",\"stop_reason\":\"end_turn\"," + usage + "}", "x-of-plain: 1\r\n");
        Answer(
            "stream", "200 OK", "text/event-stream",
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"s\",\"model\":\"claude-sonnet-5-5\"," + usage + "}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            "x-of-stream: 1\r\n");
        Answer("refused", "400 Bad Request", "application/json", """{"type":"error","error":{"type":"invalid_request_error","message":"no"}}""", "x-of-refused: 1\r\n");
        Answer("html", "404 Not Found", "text/html", "<p>nothing</p>", "");
        Answer("count", "200 OK", "application/json", """{"input_tokens":9}""", "");
        Answer("model", "200 OK", "application/json", """{"id":"claude-sonnet-5-5","type":"model"}""", "");
        return upstream;

        void Answer(string mark, string status, string type, string body, string headers) => upstream.Answer(mark, Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\ncontent-type: {type}\r\n{headers}content-length: {Encoding.UTF8.GetByteCount(body)}\r\nconnection: close\r\n\r\n{body}"));
    }

    [GeneratedRegex("req_[0-9A-Za-z]+")]
    private static partial Regex Id();
}
