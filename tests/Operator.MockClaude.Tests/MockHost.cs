using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Operator.MockClaude.Tests;

/// <summary>A mock and a plain HTTP client for it.</summary>
internal sealed class MockHost : IAsyncDisposable
{
    private MockHost(MockClaudeServer server)
    {
        Server = server;
        Client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(2) };
    }

    public MockClaudeServer Server { get; }

    public HttpClient Client { get; }

    public static async Task<MockHost> StartAsync(MockClaudeOptions? options = null) =>
        new(await MockClaudeServer.StartAsync(options, TestContext.Current.CancellationToken));

    public static JsonObject Message(string model = "claude-sonnet-5-5", string text = "Hello", int maxTokens = 1024, bool stream = false)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["max_tokens"] = maxTokens,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = text }),
        };
        if (stream) body["stream"] = true;
        return body;
    }

    public Task<Reply> MessagesAsync(JsonNode body, string version = "2023-06-01", string key = MockClaudeOptions.DefaultKey) =>
        SendAsync(HttpMethod.Post, "/v1/messages", body.ToJsonString(), version, key);

    public Task<Reply> GetAsync(string path, string version = "2023-06-01", string key = MockClaudeOptions.DefaultKey) =>
        SendAsync(HttpMethod.Get, path, null, version, key);

    public async Task<Reply> SendAsync(
        HttpMethod method, string path, string? body, string? version = "2023-06-01", string? key = MockClaudeOptions.DefaultKey,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null) request.Headers.Add("x-api-key", key);
        if (version is not null) request.Headers.Add("anthropic-version", version);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Reply((int)response.StatusCode, text, response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    internal sealed record Reply(int Status, string Text, HttpResponseHeaders Headers, string? ContentType)
    {
        public JsonNode Json => JsonNode.Parse(Text) ?? throw new JsonException("The answer is null.");

        public string ErrorType => Json["error"]!["type"]!.GetValue<string>();

        public string Message => Json["error"]!["message"]!.GetValue<string>();

        public string? ErrorCode => Json["error"]!["details"]?["error_code"]?.GetValue<string>();

        public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;

        public int Usage(string field) => Json["usage"]![field]!.GetValue<int>();

        public IReadOnlyList<SseEvent> Events => SseEvent.Parse(Text);
    }
}
