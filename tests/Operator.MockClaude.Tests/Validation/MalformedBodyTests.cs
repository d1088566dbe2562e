using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Operator.MockClaude.Http;
using Operator.MockClaude.Messages;
using Operator.MockClaude.Models;
using Operator.MockClaude.Validation;

namespace Operator.MockClaude.Tests.Validation;

public sealed class MalformedBodyTests
{
    private const string Full =
        """
        {"model":"claude-opus-4-6","max_tokens":2048,"system":[{"type":"text","text":"s","cache_control":{"type":"ephemeral","ttl":"1h"}}],
        "messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"c2ln"},
        {"type":"tool_use","id":"t1","name":"n","input":{"x":[1,"é\u00e9",null]}}]},{"role":"user","content":[{"type":"tool_result",
        "tool_use_id":"t1","content":[{"type":"text","text":"r"},{"type":"image","source":{"type":"base64","data":"AA"}}]},
        {"type":"document","source":{"type":"text","data":"d"}},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}}]}],
        "tools":[{"name":"n","input_schema":{"type":"object","properties":{"x":{"type":"array","items":{"type":"string"}}}}}],
        "tool_choice":{"type":"auto"},"thinking":{"type":"adaptive","block_binding":{"prefix_mismatch_behavior":"drop_block"}},
        "output_config":{"effort":"high","format":{"type":"json_schema","schema":{"anyOf":[{"type":["string","null"]}]}}},
        "stop_sequences":["x"],"metadata":{"user_id":"u"},"stream":true,"service_tier":"auto","cache_control":{"type":"ephemeral"}}
        """;

    [Fact]
    public void No_change_of_a_body_is_more_than_an_answer_of_400()
    {
        var random = new Random(20261120);
        var catalogue = new ModelCatalogue();
        var planner = new MockClaude.Answers.AnswerPlanner(new MockClaudeOptions());
        int accepted = 0, refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var body = JsonNode.Parse(Full)!;
            for (var changes = random.Next(1, 4); changes > 0; changes--) Change(body, random);
            if (Read(Encoding.UTF8.GetBytes(body.ToJsonString()), catalogue, planner) is { } error)
            {
                Assert.InRange(error.Status, 400, 404);
                refused++;
            }
            else accepted++;
        }
        Assert.True(accepted > 500 && refused > 5_000, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void The_unchanged_body_is_accepted() =>
        Assert.Null(Read(Encoding.UTF8.GetBytes(Full), new ModelCatalogue(), new MockClaude.Answers.AnswerPlanner(new MockClaudeOptions())));

    [Theory]
    [InlineData("\"\\ud800\"", true)]
    [InlineData("\"\\udc00\\ud800\"", true)]
    [InlineData("\"\\ud83c\\u0041\"", true)]
    [InlineData("\"\\ud83c\\udf89\"", false)]
    [InlineData("\"\\\\ud800\"", false)]
    [InlineData("\"\\u0041\\n\\\"\"", false)]
    public void Half_a_surrogate_pair_is_refused(string json, bool refused)
    {
        var error = JsonBody.Parse(Encoding.UTF8.GetBytes(json), out var document);
        document?.Dispose();
        Assert.Equal(refused, error is not null);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused_by_their_code()
    {
        await using var host = await MockHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages");
        request.Content = new ByteArrayContent([(byte)'"', 0xFF, (byte)'"']) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        request.Headers.Add("x-api-key", MockClaudeOptions.DefaultKey);
        request.Headers.Add("anthropic-version", "2023-06-01");
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("request_body_encoding_invalid", Assert.Single(host.Server.Ledger.Entries).ErrorCode);
    }

    private static ApiError? Read(byte[] bytes, ModelCatalogue catalogue, MockClaude.Answers.AnswerPlanner planner)
    {
        if (JsonBody.Parse(bytes, out var document) is { } malformed) return malformed;
        using (document)
        {
            var fields = new MessageFields();
            if (fields.Read(document!.RootElement) is { } unknown) return unknown;
            if (MessageReader.FindModel(fields, catalogue, out var model) is { } missing) return missing;
            var context = new MessageReader.Context(ApiVersion.October2026, true, Counting: false, DropsMismatched: true, WithTexts: true);
            if (MessageReader.Read(fields, model!, context, out var request) is { } error) return error;
            planner.Plan(request!);
            return null;
        }
    }

    // Replaces, removes or renames one random part.
    private static void Change(JsonNode node, Random random)
    {
        while (true)
        {
            switch (node)
            {
                case JsonObject { Count: > 0 } o:
                    var name = o.ElementAt(random.Next(o.Count)).Key;
                    if (o[name] is JsonObject or JsonArray && random.Next(4) > 0)
                    {
                        node = o[name]!;
                        continue;
                    }
                    if (random.Next(3) == 0) o.Remove(name);
                    else o[name] = Value(random);
                    return;
                case JsonArray { Count: > 0 } a:
                    var index = random.Next(a.Count);
                    if (a[index] is JsonObject or JsonArray && random.Next(4) > 0)
                    {
                        node = a[index]!;
                        continue;
                    }
                    if (random.Next(3) == 0) a.RemoveAt(index);
                    else a[index] = Value(random);
                    return;
                default:
                    return;
            }
        }
    }

    private static JsonNode? Value(Random random) => random.Next(14) switch
    {
        0 => null,
        1 => true,
        2 => -1,
        3 => 1e300,
        4 => 0.5,
        5 => "",
        6 => "thinking",
        7 => "tool_use",
        8 => "assistant",
        9 => new JsonArray(),
        10 => new JsonObject(),
        11 => new JsonArray(new JsonObject { ["type"] = "text" }),
        12 => new JsonObject { ["type"] = "image" },
        _ => new JsonArray(1, "a", null),
    };
}
