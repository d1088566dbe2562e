using System.Text.Json.Nodes;

namespace Operator.MockClaude.Tests.Validation;

public sealed class ParameterRuleTests
{
    [Theory]
    [InlineData("claude-opus-4-7", "2023-06-01", """{"temperature":0.5}""", 400)]
    [InlineData("claude-opus-4-7", "2023-06-01", """{"temperature":1}""", 200)]
    [InlineData("claude-opus-4-7", "2026-10-21", """{"temperature":1}""", 400)]
    [InlineData("claude-opus-4-6", "2023-06-01", """{"temperature":0.5}""", 200)]
    [InlineData("claude-opus-4-6", "2026-10-21", """{"temperature":0.5}""", 400)]
    [InlineData("claude-haiku-4-5", "2023-06-01", """{"temperature":0.5,"top_p":0.5}""", 400)]
    [InlineData("claude-haiku-4-5", "2023-06-01", """{"temperature":0.5,"top_k":5}""", 200)]
    [InlineData("claude-haiku-4-5", "2023-06-01", """{"temperature":1.5}""", 400)]
    [InlineData("claude-sonnet-5-5", "2023-06-01", """{"top_k":5}""", 400)]
    [InlineData("claude-opus-4-7", "2023-06-01", """{"thinking":{"type":"enabled","budget_tokens":1024}}""", 400)]
    [InlineData("claude-opus-4-6", "2023-06-01", """{"thinking":{"type":"enabled","budget_tokens":1024}}""", 200)]
    [InlineData("claude-opus-4-6", "2023-06-01", """{"thinking":{"type":"enabled","budget_tokens":100}}""", 400)]
    [InlineData("claude-opus-4-6", "2023-06-01", """{"thinking":{"type":"enabled","budget_tokens":4096}}""", 400)]
    [InlineData("claude-opus-5-5", "2026-10-21", """{"thinking":{"type":"disabled"}}""", 400)]
    [InlineData("claude-fable-5-2", "2026-10-21", """{"thinking":{"type":"disabled"}}""", 400)]
    [InlineData("claude-sonnet-5-5", "2026-10-21", """{"thinking":{"type":"between_tools"}}""", 200)]
    [InlineData("claude-opus-5-5", "2026-10-21", """{"thinking":{"type":"between_tools"}}""", 400)]
    [InlineData("claude-opus-5", "2026-10-21", """{"thinking":{"type":"disabled"},"output_config":{"effort":"high"}}""", 200)]
    [InlineData("claude-opus-5", "2026-10-21", """{"thinking":{"type":"disabled"},"output_config":{"effort":"max"}}""", 400)]
    [InlineData("claude-haiku-4-5", "2026-10-21", """{"output_config":{"effort":"low"}}""", 400)]
    [InlineData("claude-opus-4-5", "2026-10-21", """{"output_config":{"effort":"max"}}""", 400)]
    [InlineData("claude-opus-4-6", "2026-10-21", """{"output_config":{"effort":"max"}}""", 200)]
    [InlineData("claude-opus-4-6", "2026-10-21", """{"output_config":{"effort":"xhigh"}}""", 400)]
    [InlineData("claude-opus-4-7", "2026-10-21", """{"output_config":{"effort":"xhigh"}}""", 200)]
    [InlineData("claude-haiku-4-5", "2026-10-21", """{"inference_geo":"us"}""", 400)]
    [InlineData("claude-opus-4-6", "2026-10-21", """{"inference_geo":"us"}""", 200)]
    [InlineData("claude-opus-4-7", "2026-10-21", """{"speed":"fast"}""", 400)]
    [InlineData("claude-opus-5-5", "2026-10-21", """{"speed":"fast"}""", 200)]
    [InlineData("claude-opus-4-6", "2026-10-21", """{"speed":"fast"}""", 200)]
    [InlineData("claude-opus-5", "2026-10-21", """{"max_tokens":128001}""", 400)]
    [InlineData("claude-opus-5", "2026-10-21", """{"max_tokens":0}""", 200)]
    [InlineData("claude-opus-5", "2026-10-21", """{"max_tokens":0,"stream":true}""", 400)]
    [InlineData("claude-opus-5", "2026-10-21", """{"max_tokens":null}""", 400)]
    [InlineData("claude-opus-5", "2026-10-21", """{"service_tier":"priority"}""", 400)]
    [InlineData("claude-opus-5", "2026-10-21", """{"tool_choice":{"type":"auto"}}""", 400)]
    [InlineData("claude-opus-5-5", "2026-10-21", """{"tools":[{"name":"a","input_schema":{}}],"tool_choice":{"type":"any"}}""", 400)]
    [InlineData("claude-opus-5", "2026-10-21", """{"tools":[{"name":"a","input_schema":{}}],"tool_choice":{"type":"any"}}""", 200)]
    [InlineData("claude-opus-5", "2026-10-21", """{"tools":[{"name":"a","input_schema":{}}],"tool_choice":{"type":"tool","name":"b"}}""", 400)]
    [InlineData("claude-opus-5", "2026-10-21", """{"tools":[{"name":"a","input_schema":{}},{"name":"a","input_schema":{}}]}""", 400)]
    [InlineData("claude-opus-4-1", "2026-10-21", "{}", 404)]
    [InlineData("claude-unheard-of", "2026-10-21", "{}", 404)]
    public async Task Parameters_are_taken_by_model_and_version(string model, string version, string change, int status)
    {
        await using var host = await MockHost.StartAsync();
        var body = MockHost.Message(model, maxTokens: 2048);
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject()) body[name] = value?.DeepClone();
        var reply = await host.MessagesAsync(body, version);
        Assert.True(reply.Status == status, reply.Text);
        if (status == 404) Assert.Equal("not_found_error", reply.ErrorType);
    }

    [Theory]
    [InlineData("claude-opus-4-6", """[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]""", 400)]
    [InlineData("claude-haiku-4-5", """[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]""", 200)]
    [InlineData("claude-haiku-4-5", """[{"role":"user","content":"a"},{"role":"assistant","content":"b "}]""", 400)]
    [InlineData("claude-opus-5", """[]""", 400)]
    [InlineData("claude-opus-5", """[{"role":"assistant","content":"a"},{"role":"user","content":"b"}]""", 400)]
    [InlineData("claude-opus-5", """[{"role":"user","content":"a"},{"role":"user","content":"b"}]""", 200)]
    [InlineData("claude-opus-5", """[{"role":"user","content":"a"},{"role":"system","content":"b"}]""", 200)]
    [InlineData("claude-opus-4-6", """[{"role":"user","content":"a"},{"role":"system","content":"b"}]""", 400)]
    [InlineData("claude-opus-5", """[{"role":"user","content":""}]""", 400)]
    [InlineData("claude-opus-5", """[{"role":"user","content":[{"type":"text","text":""}]}]""", 400)]
    [InlineData("claude-opus-5", """[{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]}]""", 400)]
    [InlineData("claude-opus-5", """[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":"b"}]""", 400)]
    [InlineData("claude-opus-5", """[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"n","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":"x"}]}]""", 200)]
    [InlineData("claude-opus-5", """[{"role":"user","content":[{"type":"text","text":"a","citations":[{"x":1}]}]}]""", 400)]
    public async Task Conversations_are_checked(string model, string messages, int status)
    {
        await using var host = await MockHost.StartAsync();
        var body = MockHost.Message(model);
        body["messages"] = JsonNode.Parse(messages);
        var reply = await host.MessagesAsync(body, "2026-10-21");
        Assert.True(reply.Status == status, reply.Text);
    }

    [Fact]
    public async Task A_fifth_breakpoint_and_a_long_life_after_a_short_one_are_refused()
    {
        await using var host = await MockHost.StartAsync();
        var body = MockHost.Message();
        var blocks = new JsonArray();
        for (var i = 0; i < 5; i++) blocks.Add(JsonNode.Parse("""{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}"""));
        body["system"] = blocks;
        Assert.Contains("maximum of 4", (await host.MessagesAsync(body)).Message, StringComparison.Ordinal);
        blocks.RemoveAt(0);
        Assert.Equal(200, (await host.MessagesAsync(body)).Status);
        blocks[3]!["cache_control"]!["ttl"] = "1h";
        Assert.Equal(400, (await host.MessagesAsync(body)).Status);
    }
}
