using System.Text;
using Operator.Limiter.Rewriting;

namespace Operator.Limiter.Tests.Rewriting;

public class MessageScannerTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("{\"model\":\"a\"")]
    [InlineData("{\"model\":\"a\"} x")]
    [InlineData("{\"model\":\"a\"}{}")]
    [InlineData("{\"model\":\"a\",}")]
    [InlineData("{'model':'a'}")]
    [InlineData("{\"model\":\"\\ud800\"}")]
    [InlineData("{\"model\":\"a\",\"model\":\"b\"}")]
    [InlineData("{\"model\":\"a\",\"mod\\u0065l\":\"b\"}")]
    [InlineData("{\"z\":1,\"z\":2}")]
    [InlineData("{\"thinking\":{\"type\":\"a\",\"type\":\"b\"}}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"role\":\"assistant\"}]}")]
    [InlineData("{\"messages\":[{\"content\":\"\",\"content\":\"b\"}]}")]
    public void What_is_no_good_object_is_refused(string body) => Assert.Equal(400, Refused(body));

    [Fact]
    public void What_nests_too_deep_is_refused()
    {
        Assert.Null(Refused($"{{\"a\":{new string('[', 126)}{new string(']', 126)}}}"));
        Assert.Equal(400, Refused($"{{\"a\":{new string('[', 200)}{new string(']', 200)}}}"));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        const string Body = """{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"h"}]}],"metadata":{"user_id":"u"},"thinking":{"type":"x"}}""";
        for (var i = 0; i < Body.Length; i++) Assert.Equal(400, Refused(Body[..i]));
        Assert.Null(Refused(Body));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(7);
        var good = Encoding.UTF8.GetBytes("""{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"h"}],"system":[{"cache_control":{"ttl":"1h"}}]}""");
        for (var i = 0; i < 20_000; i++)
        {
            var copy = good.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--) copy[random.Next(copy.Length)] = (byte)random.Next(256);
            var (scan, refusal) = MessageScanner.Scan(copy);
            Assert.True(scan is null != refusal is null);
        }
    }

    [Fact]
    public void What_requests_need_is_found()
    {
        const string Body = """
            {"stream":true,"model":"m","max_tokens":12,"messages":[{"role":"system","content":"s"},{"content":[1],"role":"user"},
            {"role":"assistant","content":"x"}],"metadata":{"user_id":"u"},"tool_choice":{"type":"any"},"speed":"fast","temperature":1}
            """;
        var bytes = Encoding.UTF8.GetBytes(Body);
        var scan = MessageScanner.Scan(bytes).Scan!;
        Assert.Equal(("m", 12L, true, "u", "any", "fast"), (scan.Model, scan.MaxTokens, scan.Stream, scan.UserId, scan.ToolChoiceType, scan.Speed));
        Assert.Equal("[1]", Encoding.UTF8.GetString(scan.FirstUserContent.Of(bytes)));
        Assert.True(scan.EndsWithAssistant);
    }

    [Fact]
    public void A_refusal_never_quotes_the_body()
    {
        var refusal = MessageScanner.Scan("""{"model":"planted-secret" planted-secret"""u8).Refusal!;
        Assert.DoesNotContain("planted", refusal.Message, StringComparison.Ordinal);
    }

    private static int? Refused(string body) => MessageScanner.Scan(Encoding.UTF8.GetBytes(body)).Refusal?.Status;
}
