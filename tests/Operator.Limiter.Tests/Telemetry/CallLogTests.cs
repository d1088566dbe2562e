using System.Text;
using System.Text.Json;
using Operator.Limiter.Telemetry;
using Operator.Testing;

namespace Operator.Limiter.Tests.Telemetry;

public sealed class CallLogTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task Every_call_is_one_line_of_JSON_with_an_id()
    {
        var sink = new Sink();
        await using (var log = new CallLog(sink, _time))
        {
            log.Start();
            for (var i = 0; i < 3; i++) log.Add(Call(i));
        }
        var lines = sink.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal([0, 1, 2], lines.Select(l => l.GetProperty("status").GetInt32()));
        Assert.Equal(3, lines.Select(l => l.GetProperty("request_id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task A_burst_is_written_before_its_turn_comes_and_its_memory_is_given_back()
    {
        var sink = new Sink();
        await using var log = new CallLog(sink, _time);
        log.Start();
        // More than a burst's buffer holds; the clock stands still.
        for (var i = 0; i < 3_000; i++) log.Add(Call(i));
        await sink.Written.WaitAsync(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(1));
        await sink.UntilAsync(3_000).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, log.Lost);
        for (var i = 0; i < 2; i++)
        {
            log.Add(Call(i));
            _time.Advance(TimeSpan.FromSeconds(1));
            await sink.UntilAsync(3_001 + i).WaitAsync(TimeSpan.FromSeconds(30));
        }
        Assert.True(log.Held <= 256 * 1024, $"{log.Held} bytes are held for no lines");
    }

    private static CallRecord Call(int status)
    {
        var call = new CallRecord { Kind = "messages", Arrived = 0, Deployment = new string('d', 200) };
        call.End(CallOutcome.Forwarded, "answered", status);
        return call;
    }

    private sealed class Sink : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<(int Lines, TaskCompletionSource Reached)> _awaited = [];
        private int _lines;

        public Task Written => _written.Task;

        public string Text
        {
            get
            {
                lock (_awaited) return Encoding.UTF8.GetString(ToArray());
            }
        }

        public Task UntilAsync(int lines)
        {
            lock (_awaited)
            {
                if (_lines >= lines) return Task.CompletedTask;
                _awaited.Add((lines, new(TaskCreationOptions.RunContinuationsAsynchronously)));
                return _awaited[^1].Reached.Task;
            }
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            lock (_awaited)
            {
                Write(buffer.Span);
                _lines += buffer.Span.Count((byte)'\n');
                foreach (var (_, reached) in _awaited.Where(a => a.Lines <= _lines)) reached.TrySetResult();
            }
            _written.TrySetResult();
            return ValueTask.CompletedTask;
        }
    }
}
