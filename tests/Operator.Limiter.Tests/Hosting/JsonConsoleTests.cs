using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.Limiter.Hosting;

namespace Operator.Limiter.Tests.Hosting;

public partial class JsonConsoleTests
{
    [Fact]
    public async Task A_line_is_one_object_and_what_is_below_its_level_is_left_out()
    {
        var sink = new Sink();
        sink.Open.SetResult();
        using var loggers = JsonConsole.Loggers(sink);
        var logger = loggers.CreateLogger("part");
        Tell(logger, "a \"b\"\n", 3, true, null);
        logger.LogDebug("too small");
        loggers.CreateLogger("Microsoft.AspNetCore.Server").LogInformation("the server's own");
        loggers.CreateLogger("Microsoft.AspNetCore.Server").LogError(new IOException("gone"), "the server failed");
        await sink.HoldsAsync(2);
        Assert.All(sink.Lines, l => Assert.Equal(l.Length - 1, l.IndexOf('\n', StringComparison.Ordinal)));
        var lines = sink.Lines.Select(l => JsonNode.Parse(l)!).ToList();
        Assert.Equal(
            (7, "Warning", "part", "a \"b\"\n: 3, True, (null)"),
            ((int?)lines[0]["EventId"], (string?)lines[0]["LogLevel"], (string?)lines[0]["Category"], (string?)lines[0]["Message"]));
        var state = lines[0]["State"]!.AsObject();
        Assert.Equal(("a \"b\"\n", 3, true), ((string?)state["Name"], (int?)state["Count"], (bool?)state["Flag"]));
        Assert.True(state.ContainsKey("Nothing") && state["Nothing"] is null);
        Assert.Equal(("Error", "the server failed"), ((string?)lines[1]["LogLevel"], (string?)lines[1]["Message"]));
        Assert.Contains("IOException: gone", (string?)lines[1]["Exception"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sink_that_nobody_reads_holds_nobody_up_and_lines_go_on_when_it_is_read()
    {
        var sink = new Sink();
        using var loggers = JsonConsole.Loggers(sink);
        var logger = loggers.CreateLogger("part");
        for (var i = 0; i < 3_000; i++) Tell(logger, "x", i, false, null);
        sink.Open.SetResult();
        await sink.HoldsAsync(1_000);
        Tell(logger, "after", 0, false, null);
        await sink.HoldsAsync(1_001);
    }

    [LoggerMessage(7, LogLevel.Warning, "{Name}: {Count}, {Flag}, {Nothing}")]
    private static partial void Tell(ILogger logger, string name, int count, bool flag, string? nothing);

    private sealed class Sink : MemoryStream
    {
        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<string> Lines { get; } = new();

        public async Task HoldsAsync(int lines)
        {
            for (var i = 0; i < 600 && Lines.Count < lines; i++) await Task.Delay(50);
            Assert.Equal(lines, Lines.Count);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Open.Task;
            Lines.Enqueue(Encoding.UTF8.GetString(buffer.Span));
        }
    }
}
