using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Limiter;

/// <summary>What every proxy forwards to: answers of one fixed size, at once, so that what is measured is the proxy.</summary>
internal static class UpstreamProcess
{
    public const string Mode = "limiter-upstream";

    /// <summary>How long a stream stays open after its head, in seconds.</summary>
    public const string HoldHeader = "x-hold-seconds";

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-5-5","content":[{"type":"text","text":"outage, because nobody can work; the ticket says so in its second line."}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":42,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":18}}""");

    private static readonly byte[] Head = Encoding.UTF8.GetBytes(
        "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-sonnet-5-5\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":42,\"output_tokens\":1}}}\n\n"
        + "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n");

    private static readonly byte[] Delta = Encoding.UTF8.GetBytes(
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"outage because nobody \"}}\n\n");

    private static readonly byte[] Tail = Encoding.UTF8.GetBytes(
        "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
        + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":18}}\n\n"
        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");

    /// <summary>Starts it beside this process.</summary>
    public static async Task<(Process Process, int Port)> StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), Mode]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        var process = Process.Start(start)!;
        return (process, int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));
    }

    /// <summary>Is it, until its input ends.</summary>
    public static async Task<int> RunAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.Run(ServeAsync);
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.First()).Port);
        await Console.In.ReadLineAsync();
        return 0;
    }

    private static async Task ServeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        context.Response.Headers["request-id"] = "req_1";
        if (body.GetBuffer().AsSpan(0, (int)body.Length).IndexOf("\"stream\":true"u8) < 0)
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = Answer.Length;
            await context.Response.Body.WriteAsync(Answer);
            return;
        }
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.WriteAsync(Head);
        await context.Response.Body.FlushAsync();
        if (double.TryParse(context.Request.Headers[HoldHeader], out var seconds)) await Task.Delay(TimeSpan.FromSeconds(seconds), context.RequestAborted);
        for (var i = 0; i < 6; i++)
        {
            await context.Response.Body.WriteAsync(Delta);
            await context.Response.Body.FlushAsync();
        }
        await context.Response.Body.WriteAsync(Tail);
    }
}
