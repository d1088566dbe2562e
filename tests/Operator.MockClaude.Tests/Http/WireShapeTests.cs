using Operator.MockClaude.Accounts;
using Operator.MockClaude.Ledger;

namespace Operator.MockClaude.Tests.Http;

public sealed class WireShapeTests
{
    [Fact]
    public async Task A_message_has_every_field_of_the_API()
    {
        await using var host = await MockHost.StartAsync();
        var reply = await host.MessagesAsync(MockHost.Message());
        Assert.Equal(200, reply.Status);
        Assert.Equal("message", (string?)reply.Json["type"]);
        Assert.Equal("assistant", (string?)reply.Json["role"]);
        Assert.Equal("claude-sonnet-5-5", (string?)reply.Json["model"]);
        Assert.StartsWith("msg_", (string?)reply.Json["id"], StringComparison.Ordinal);
        foreach (var field in new[]
        {
            "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "server_tool_use",
            "output_tokens_details", "service_tier", "speed", "inference_geo",
        })
        {
            Assert.True(reply.Json["usage"]!.AsObject().ContainsKey(field), field);
        }
        Assert.StartsWith("req_", reply.Header("request-id"), StringComparison.Ordinal);
        Assert.Equal(MockClaudeOptions.DefaultOrganization, reply.Header("anthropic-organization-id"));
        Assert.Equal(MockOrganization.DefaultWorkspace, reply.Header("anthropic-workspace-id"));
    }

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/")]
    [InlineData("/v1/messages/batches/x/y/z")]
    public async Task An_unknown_path_is_404_in_the_shape_of_the_API_with_the_request_id(string path)
    {
        await using var host = await MockHost.StartAsync();
        var reply = await host.GetAsync(path);
        Assert.Equal(404, reply.Status);
        Assert.Equal("error", (string?)reply.Json["type"]);
        Assert.Equal("not_found_error", reply.ErrorType);
        Assert.Equal(reply.Header("request-id"), (string?)reply.Json["request_id"]);
    }

    [Theory]
    [InlineData(null, "2023-06-01", 401, "authentication_error")]
    [InlineData("sk-other", "2023-06-01", 401, "authentication_error")]
    [InlineData(MockClaudeOptions.DefaultAdminKey, "2023-06-01", 403, "permission_error")]
    [InlineData(MockClaudeOptions.DefaultKey, null, 400, "invalid_request_error")]
    [InlineData(MockClaudeOptions.DefaultKey, "2024-01-01", 400, "invalid_request_error")]
    [InlineData(MockClaudeOptions.DefaultKey, "2026-10-21", 200, null)]
    public async Task Key_and_version_are_checked(string? key, string? version, int status, string? type)
    {
        await using var host = await MockHost.StartAsync();
        var reply = await host.SendAsync(HttpMethod.Post, "/v1/messages", MockHost.Message().ToJsonString(), version, key);
        Assert.Equal(status, reply.Status);
        if (type is not null) Assert.Equal(type, reply.ErrorType);
        if (status == 401) Assert.Null(reply.Header("anthropic-organization-id"));
    }

    [Fact]
    public async Task A_bearer_key_and_the_beta_query_are_accepted()
    {
        await using var host = await MockHost.StartAsync();
        var reply = await host.SendAsync(
            HttpMethod.Post, "/v1/messages?beta=true", MockHost.Message().ToJsonString(), "2026-10-21", null,
            ("Authorization", $"Bearer {MockClaudeOptions.DefaultKey}"));
        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task A_key_can_be_added_and_revoked_while_the_server_runs()
    {
        await using var host = await MockHost.StartAsync();
        host.Server.Accounts.AddKey(MockClaudeOptions.DefaultOrganization, new MockKey("sk-new") { Name = "new" });
        Assert.Equal(200, (await host.MessagesAsync(MockHost.Message(), key: "sk-new")).Status);
        Assert.True(host.Server.Accounts.RevokeKey("sk-new"));
        Assert.Equal(401, (await host.MessagesAsync(MockHost.Message(), key: "sk-new")).Status);
        Assert.Equal("new", host.Server.Ledger.Entries[0].Key);
    }

    [Fact]
    public async Task Hello_needs_no_key()
    {
        await using var host = await MockHost.StartAsync();
        var reply = await host.SendAsync(HttpMethod.Head, "/api/hello", null, null, null);
        Assert.Equal(200, reply.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"model\":")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"messages\":[{\"role\":1}],\"model\":\"claude-opus-5\",\"max_tokens\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":7}]}],\"model\":\"claude-opus-5\",\"max_tokens\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":[7]}],\"model\":\"claude-opus-5\",\"max_tokens\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{\"type\":3,\"name\":4}],\"model\":\"claude-opus-5\",\"max_tokens\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"system\":[{\"type\":\"text\",\"text\":1}],\"model\":\"claude-opus-5\",\"max_tokens\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"thinking\":3,\"model\":\"claude-opus-5\",\"max_tokens\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"cache_control\":[],\"model\":\"claude-opus-5\",\"max_tokens\":1}")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"lane\":\"bulk\",\"model\":\"claude-opus-5\",\"max_tokens\":1}")]
    public async Task A_malformed_body_is_400(string body)
    {
        await using var host = await MockHost.StartAsync();
        var reply = await host.SendAsync(HttpMethod.Post, "/v1/messages", body);
        Assert.Equal(400, reply.Status);
        Assert.Equal("invalid_request_error", reply.ErrorType);
        Assert.Equal(RequestOutcome.Rejected, Assert.Single(host.Server.Ledger.Entries).Outcome);
    }

    [Fact]
    public async Task A_body_above_the_bound_is_413()
    {
        await using var host = await MockHost.StartAsync(new MockClaudeOptions { MaxBodyBytes = 1000 });
        var reply = await host.MessagesAsync(MockHost.Message(text: new string('x', 2000)));
        Assert.Equal(413, reply.Status);
        Assert.Equal("request_too_large", reply.ErrorType);
    }
}
