using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Operator.Contract;
using Operator.Limiter.Configuration;
using Operator.Limiter.Rewriting;

namespace Operator.Limiter.Tests.Rewriting;

public class MessageRewriterTests
{
    private static RevisionConfiguration Bare => Sample.Revision(Sample.StableId, "m2");

    private static ModelConfiguration M2 => Sample.Model("m2");

    [Theory]
    [InlineData("""{"model":"m1","messages":[]}""", """{"model":"m2","messages":[]}""")]
    [InlineData("""{ "x" : {"y":[1.50,"\u00e9"]}, "model" : "m1" , "messages":[] }""", """{ "x" : {"y":[1.50,"\u00e9"]}, "model" : "m2" , "messages":[] }""")]
    [InlineData("""{"messages":[],"mod\u0065l":"m1"}""", """{"messages":[],"mod\u0065l":"m2"}""")]
    [InlineData("""{"messages":[]}""", """{"model":"m2","messages":[]}""")]
    [InlineData("{}", """{"model":"m2"}""")]
    [InlineData("""{"model":null}""", """{"model":"m2"}""")]
    public void The_model_is_set(string body, string expected) => Assert.Equal(expected, Rewrite(body, new() { Revision = Served(Bare) }));

    [Theory]
    [InlineData("""{"model":"m2","max_tokens":5}""", """{"model":"m2","max_tokens":900}""")]
    [InlineData("""{"model":"m2"}""", """{"max_tokens":900,"model":"m2"}""")]
    public void The_token_limit_is_set(string body, string expected) =>
        Assert.Equal(expected, Rewrite(body, new() { Revision = Served(Bare with { MaxTokens = 900 }) }));

    [Fact]
    public void Counting_gets_no_token_limit() => Assert.Equal(
        """{"model":"m2"}""", Rewrite("""{"model":"m2"}""", new() { Revision = Served(Bare with { MaxTokens = 900 }), CountOnly = true }));

    [Theory]
    [InlineData("""{"model":"m2"}""", """{"output_config":{"effort":"low"},"model":"m2"}""")]
    [InlineData("""{"model":"m2","output_config":{}}""", """{"model":"m2","output_config":{"effort":"low"}}""")]
    [InlineData("""{"model":"m2","output_config":null}""", """{"model":"m2","output_config":{"effort":"low"}}""")]
    [InlineData("""{"model":"m2","output_config":{"format":{"a":1}}}""", """{"model":"m2","output_config":{"effort":"low","format":{"a":1}}}""")]
    [InlineData("""{"model":"m2","output_config":{ "effort":"max" }}""", """{"model":"m2","output_config":{ "effort":"low" }}""")]
    public void The_effort_is_set(string body, string expected) =>
        Assert.Equal(expected, Rewrite(body, new() { Revision = Served(Bare with { Effort = "low" }) }));

    [Theory]
    [InlineData("""{"model":"m2"}""", """{"thinking":{"type":"adaptive"},"model":"m2"}""")]
    [InlineData("""{"model":"m2","thinking":{"type":"adaptive","z":1}}""", """{"model":"m2","thinking":{"type":"adaptive","z":1}}""")]
    [InlineData("""{"model":"m2","thinking":{"type":"enabled","budget_tokens":2048,"display":"omitted"}}""", """{"model":"m2","thinking":{"type":"adaptive","display":"omitted"}}""")]
    public void Thinking_is_set(string body, string expected) =>
        Assert.Equal(expected, Rewrite(body, new() { Revision = Served(Bare with { Thinking = "adaptive" }) }));

    private const string Block = """{"type":"text","text":"Be \"kind\".\n","cache_control":{"type":"ephemeral"}}""";
    private const string Unmarked = """{"type":"text","text":"Be \"kind\".\n"}""";

    [Theory]
    [InlineData("""{"model":"m2"}""", "{\"system\":[" + Block + "],\"model\":\"m2\"}")]
    [InlineData("""{"model":"m2","system":"Own \u0041."}""", "{\"model\":\"m2\",\"system\":[" + Block + ",{\"type\":\"text\",\"text\":\"Own \\u0041.\"}]}")]
    [InlineData("""{"model":"m2","system":""}""", "{\"model\":\"m2\",\"system\":[" + Block + "]}")]
    [InlineData("""{"model":"m2","system":null}""", "{\"model\":\"m2\",\"system\":[" + Block + "]}")]
    [InlineData("""{"model":"m2","system":[ ]}""", "{\"model\":\"m2\",\"system\":[" + Block + " ]}")]
    [InlineData("""{"model":"m2","system":[{"type":"text","text":"a"}]}""", "{\"model\":\"m2\",\"system\":[" + Block + ",{\"type\":\"text\",\"text\":\"a\"}]}")]
    [InlineData("""{"model":"m2","cache_control":{"type":"ephemeral","ttl":"1h"}}""", "{\"system\":[" + Unmarked + "],\"model\":\"m2\",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"1h\"}}")]
    public void The_prompt_becomes_the_first_block(string body, string expected) =>
        Assert.Equal(expected, Rewrite(body, new() { Revision = Served(Bare with { SystemPrompt = "Be \"kind\".\n" }) }));

    [Fact]
    public void A_fifth_breakpoint_is_never_set()
    {
        const string Mark = """{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}""";
        const string Body = "{\"model\":\"m2\",\"messages\":[{\"role\":\"user\",\"content\":[" + Mark + "," + Mark + "]}],"
            + "\"tools\":[{\"cache_control\":{}},{\"cache_control\":{}}]}";
        Assert.DoesNotContain("\"ephemeral\"}}],\"model\"", Rewrite(Body, new() { Revision = Served(Bare with { SystemPrompt = "p" }) }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"temperature":1,"model":"m1","top_p":0.5,"top_k":3}""", """{"model":"m3"}""")]
    [InlineData("""{"temperature":1,"top_p":0.5,"speed":"fast","inference_geo":"us","model":"m1"}""", """{"model":"m3"}""")]
    [InlineData("""{"temperature":1,"speed":"fast"}""", """{"model":"m3"}""")]
    [InlineData("""{"model":"m1","thinking":{"type":"enabled","budget_tokens":9}}""", """{"model":"m3","thinking":{"type":"adaptive"}}""")]
    [InlineData("""{"model":"m1","output_config":{"effort":"xhigh"}}""", """{"model":"m3","output_config":{"effort":"low"}}""")]
    public void A_fallback_gets_only_what_its_model_takes(string body, string expected)
    {
        var m3 = Sample.Model("m3") with
        {
            RefusesSampling = true, RefusesInferenceGeo = true, RefusesThinkingBudget = true, RefusesThinkingDisabled = false, Efforts = ["low"],
        };
        Assert.Equal(expected, Rewrite(body, new() { Revision = Served(Bare), Fallback = m3 }));
    }

    [Fact]
    public void A_rehomed_conversation_asks_to_drop_foreign_thinking()
    {
        var revision = new ServedRevision(Bare, M2 with { BindsPrefix = true });
        Assert.Equal(
            """{"model":"m2","thinking":{"block_binding":{"prefix_mismatch_behavior":"drop_block"},"type":"adaptive"}}""",
            Rewrite("""{"model":"m2","thinking":{"type":"adaptive"}}""", new() { Revision = revision, DropForeignThinking = true }));
    }

    [Fact]
    public void Outside_of_the_rewritten_spans_every_byte_stays()
    {
        var name = Gen.Elements("a", "é", "x y", "q\\\"", "tools2", "zz", "\\u0031");
        var value = Gen.Elements("1", "1.50", "null", " true ", "\"\\u00e9\"", "[1, 2]", "{\"model\":\"in\",\"model\":1}", "\"\"", "1e400");
        var members = Gen.ListOf(name.Zip(value));
        var property = Prop.ForAll(members.Zip(Gen.Choose(0, 10)).ToArbitrary(), pair =>
        {
            var parts = pair.Item1.DistinctBy(m => m.Item1).Select(m => $"\"{m.Item1}\" : {m.Item2}").ToList();
            var at = Math.Min(pair.Item2, parts.Count);
            parts.Insert(at, "\"model\" :\t\"m1\"");
            var body = "{ " + string.Join(" ,\n", parts) + " }";
            return Rewrite(body, new() { Revision = Served(Bare) }) == body.Replace("\"m1\"", "\"m2\"", StringComparison.Ordinal);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(17, 23), property);
    }

    [Fact]
    public void All_edits_together_are_valid_json_and_keep_the_other_members()
    {
        var revision = Served(Bare with { MaxTokens = 9, Effort = "low", Thinking = "adaptive", SystemPrompt = "é\u2028\"" });
        var field = Gen.Elements(
            "\"max_tokens\":1", "\"output_config\":{\"format\":1}", "\"output_config\":null", "\"thinking\":{\"type\":\"disabled\"}",
            "\"system\":\"s\"", "\"system\":[]", "\"system\":[{\"type\":\"text\",\"text\":\"t\"}]", "\"metadata\":{\"user_id\":\"u\"}", "\"k\":[{}]");
        var property = Prop.ForAll(Gen.ListOf(field).ToArbitrary(), fields =>
        {
            var body = "{" + string.Join(",", fields.DistinctBy(f => f.Split(':')[0])) + "}";
            var before = JsonNode.Parse(body)!.AsObject();
            var after = JsonNode.Parse(Rewrite(body, new() { Revision = revision }))!.AsObject();
            Assert.Equal("m2", (string?)after["model"]);
            Assert.Equal(9, (int?)after["max_tokens"]);
            Assert.Equal("low", (string?)after["output_config"]!["effort"]);
            Assert.Equal("adaptive", (string?)after["thinking"]!["type"]);
            Assert.Equal("é\u2028\"", (string?)after["system"]![0]!["text"]);
            Assert.Equal(before["k"]?.ToJsonString(), after["k"]?.ToJsonString());
            Assert.Equal(before["metadata"]?.ToJsonString(), after["metadata"]?.ToJsonString());
            Assert.Equal(before["output_config"]?["format"]?.ToJsonString(), after["output_config"]?["format"]?.ToJsonString());
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(5, 7), property);
    }

    private static ServedRevision Served(RevisionConfiguration revision) => new(revision, M2);

    private static string Rewrite(string body, BodyPlan plan)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var (scan, refusal) = MessageScanner.Scan(bytes);
        Assert.Null(refusal);
        return Encoding.UTF8.GetString(MessageRewriter.Plan(bytes, scan!, plan).Apply(bytes));
    }
}
