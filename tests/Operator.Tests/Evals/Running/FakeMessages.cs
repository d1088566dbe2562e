using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.Evals.Running;

/// <summary>A limiter with a Messages API behind it, as far as a runner sees them, on a loopback port.</summary>
internal sealed class FakeMessages : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeMessages(WebApplication app) => _app = app;

    /// <summary>Every request: headers and body.</summary>
    public ConcurrentQueue<(IHeaderDictionary Headers, JsonObject Body)> Requests { get; } = new();

    /// <summary>Answers the n-th request (from 0); by default with a text.</summary>
    public Func<HttpContext, JsonObject, int, Task> Answer { get; set; } = (context, _, _) => ReplyAsync(context, "a refund is due");

    public string Address => _app.Urls.First();

    public static async Task<FakeMessages> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var fake = new FakeMessages(app);
        var count = -1;
        app.MapPost("/v1/messages", async context =>
        {
            var body = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
            fake.Requests.Enqueue((new HeaderDictionary(context.Request.Headers.ToDictionary()), body));
            await fake.Answer(context, body, Interlocked.Increment(ref count));
        });
        await app.StartAsync();
        return fake;
    }

    public static Task ReplyAsync(HttpContext context, string text, string stopReason = "end_turn", bool named = true, string model = "claude-sonnet-5-5")
    {
        if (named) context.Response.Headers["x-claude-revision"] = context.Request.Headers["x-claude-revision"];
        context.Response.Headers["request-id"] = "req_1";
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(new JsonObject
        {
            ["id"] = "msg_1",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = model,
            ["content"] = new JsonArray(new JsonObject { ["type"] = "thinking", ["thinking"] = "secret" }, new JsonObject { ["type"] = "text", ["text"] = text }),
            ["stop_reason"] = stopReason,
            ["usage"] = new JsonObject { ["input_tokens"] = 10, ["output_tokens"] = 5, ["cache_read_input_tokens"] = 3, ["cache_creation_input_tokens"] = null },
        }.ToJsonString());
    }

    public static Task ErrorAsync(HttpContext context, int status, string type, string? retryAfter = null, string message = "m")
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null) context.Response.Headers["retry-after-ms"] = retryAfter;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(new Dictionary<string, object> { ["type"] = "error", ["error"] = new Dictionary<string, string> { ["type"] = type, ["message"] = message } }));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
