using System.Buffers;
using System.Text.Json;

namespace Operator.Limiter.Telemetry;

/// <summary>One line of JSON for each call. Lines are written in batches; a sink that does not keep up loses lines, never requests.</summary>
internal sealed class CallLog(Stream sink, TimeProvider time) : IAsyncDisposable
{
    private const int MaxBuffered = 4 * 1024 * 1024;
    private const int Small = 16 * 1024;

    /// <summary>Beyond this, lines are written at once, and the memory of a burst is given back after it.</summary>
    private const int Large = 64 * 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null);
    private ArrayBufferWriter<byte> _filling = new(Small);
    private ArrayBufferWriter<byte> _writing = new(Small);
    private TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private long _lost;

    /// <summary>Lines that were lost.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Bytes that are held for lines, written or not.</summary>
    internal int Held
    {
        get
        {
            lock (_gate) return _filling.Capacity + _writing.Capacity;
        }
    }

    /// <summary>Begins to write.</summary>
    public void Start() => _running = RunAsync();

    /// <summary>Adds a line.</summary>
    public void Add(CallRecord call)
    {
        lock (_gate)
        {
            if (_filling.WrittenCount > MaxBuffered)
            {
                Interlocked.Increment(ref _lost);
                return;
            }
            _json.Reset(_filling);
            Write(_json, call);
            _json.Flush();
            _filling.Write("\n"u8);
            if (_filling.WrittenCount > Large) _full.TrySetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            Task<bool>? tick = null;
            while (true)
            {
                tick ??= timer.WaitForNextTickAsync(_stop.Token).AsTask();
                if (await Task.WhenAny(tick, Full()).ConfigureAwait(false) == tick)
                {
                    await tick.ConfigureAwait(false);
                    tick = null;
                }
                await FlushAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private Task Full()
    {
        lock (_gate) return _full.Task;
    }

    private async Task FlushAsync()
    {
        lock (_gate)
        {
            if (_full.Task.IsCompleted) _full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_filling.WrittenCount == 0) return;
            (_filling, _writing) = (_writing, _filling);
        }
        try
        {
            await sink.WriteAsync(_writing.WrittenMemory).ConfigureAwait(false);
            await sink.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Nobody reads: the count tells.
            Interlocked.Increment(ref _lost);
        }
        if (_writing.Capacity > 2 * Large) _writing = new ArrayBufferWriter<byte>(Small);
        else _writing.ResetWrittenCount();
    }

    private void Write(Utf8JsonWriter json, CallRecord call)
    {
        json.WriteStartObject();
        json.WriteString("time"u8, time.GetUtcNow());
        json.WriteString("event"u8, "call"u8);
        json.WriteString("request_id"u8, call.RequestId);
        json.WriteString("kind"u8, call.Kind);
        json.WriteString("outcome"u8, call.Outcome?.ToString());
        Text(json, "reason", call.Reason);
        json.WriteNumber("status"u8, call.Status);
        Text(json, "deployment", call.Deployment);
        Text(json, "revision", call.Revision);
        Text(json, "variant", call.Variant);
        Text(json, "prompt_digest", call.PromptDigest);
        Text(json, "model", call.Model);
        Text(json, "lane", call.Lane);
        Text(json, "user", call.User);
        Text(json, "conversation", call.Conversation);
        Text(json, "stop_reason", call.Facts.StopReason);
        Text(json, "error", call.Facts.ErrorType);
        json.WriteNumber("input_tokens"u8, call.Facts.Usage.Input);
        json.WriteNumber("cache_write_tokens"u8, call.Facts.Usage.CacheWrite);
        json.WriteNumber("cache_write_1h_tokens"u8, call.Facts.Usage.CacheWrite1h);
        json.WriteNumber("cache_read_tokens"u8, call.Facts.Usage.CacheRead);
        json.WriteNumber("output_tokens"u8, call.Facts.Usage.Output);
        json.WriteNumber("cost_nanodollars"u8, call.Cost);
        json.WriteNumber("retries"u8, call.Retries);
        if (call.UserOverBudget) json.WriteBoolean("user_over_budget"u8, true);
        if (call.FellBack) json.WriteBoolean("fallback"u8, true);
        json.WriteNumber("queued_ms"u8, Math.Round(call.Queued.TotalMilliseconds, 3));
        if (call.FirstToken is { } first) json.WriteNumber("first_token_ms"u8, Math.Round(first.TotalMilliseconds, 3));
        json.WriteNumber("latency_ms"u8, Math.Round(call.Latency.TotalMilliseconds, 3));
        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }
}
