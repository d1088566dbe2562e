using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Operator.Limiter.Forwarding;
using Operator.Limiter.Usage;

namespace Operator.Limiter.Tests.Forwarding;

public sealed class AnswerForwarderTests : IDisposable
{
    private const string Event = "event: ping\ndata: {\"type\":\"ping\"}\n\n";
    private readonly PlayedUpstream _upstream = new();
    private readonly PlayedCaller _caller = new();
    private readonly CallDeadline _deadline = new(TimeProvider.System, CancellationToken.None);

    public void Dispose()
    {
        _deadline.Dispose();
        _upstream.Dispose();
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("application/json")]
    public async Task What_has_arrived_goes_out_with_the_end_in_one_piece(string type)
    {
        for (var i = 0; i < 3; i++) _upstream.Send(Event);
        _upstream.End();
        await PassAsync(type);
        Assert.Equal([Event + Event + Event + "<end>"], _caller.Rest());
    }

    [Fact]
    public async Task An_event_goes_out_before_the_next_one_has_come()
    {
        _upstream.Send(Event);
        var passing = PassAsync();
        Assert.Equal(Event, await _caller.NextAsync());
        _upstream.Send(Event + Event);
        Assert.Equal(Event + Event, await _caller.NextAsync());
        _upstream.End();
        await passing;
        Assert.Equal(["<end>"], _caller.Rest());
    }

    [Fact]
    public async Task Much_that_has_arrived_is_not_held_until_its_end()
    {
        var text = new string('x', 100 * 1024);
        _upstream.Send(text);
        _upstream.End();
        await PassAsync();
        var pieces = _caller.Rest();
        Assert.Equal(text + "<end>", string.Concat(pieces));
        Assert.All(pieces, p => Assert.InRange(p.Length, 1, (16 + 4) * 1024));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_arrived_before_the_answer_broke_off_goes_out(bool seemsToGoOn)
    {
        _upstream.Send(Event);
        _upstream.Break(seemsToGoOn);
        await Assert.ThrowsAsync<IOException>(() => PassAsync());
        Assert.Equal([Event], _caller.Rest());
    }

    [Fact]
    public async Task What_has_arrived_does_not_wait_for_bytes_that_are_none_of_the_body()
    {
        _upstream.Send(Event);
        _upstream.SeemsToGoOn = true;
        var passing = PassAsync();
        Assert.Equal(Event, await _caller.NextAsync());
        _upstream.End();
        await passing;
        Assert.Equal(["<end>"], _caller.Rest());
    }

    [Fact]
    public async Task A_caller_who_leaves_ends_the_read_that_is_under_way()
    {
        _caller.HasLeft = true;
        _upstream.Send(Event);
        await Assert.ThrowsAsync<CallerLeftException>(() => PassAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(1, _upstream.Cancelled);
    }

    [Fact]
    public async Task A_caller_who_does_not_take_the_end_has_left_when_the_time_is_over()
    {
        var time = new Testing.ManualTimeProvider();
        using var deadline = new CallDeadline(time, CancellationToken.None);
        _caller.End = new TaskCompletionSource();
        // How long the end took to come is not the caller's doing.
        _upstream.BeforeEnd = () => time.Advance(AnswerForwarder.MaxSilence - TimeSpan.FromMinutes(1));
        _upstream.Send(Event);
        _upstream.End();
        var passing = PassAsync(deadline: deadline);
        time.Advance(AnswerForwarder.MaxSilence - TimeSpan.FromSeconds(1));
        Assert.False(passing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<CallerLeftException>(() => passing);
    }

    private async Task PassAsync(string type = "text/event-stream", CallDeadline? deadline = null)
    {
        using var from = new HttpResponseMessage { Content = new StreamContent(_upstream) };
        from.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        await AnswerForwarder.PassAsync(from, _caller.Response, new AnswerFacts(), static _ => { }, deadline ?? _deadline);
    }

    /// <summary>The bytes of an answer, as they arrive.</summary>
    private sealed class PlayedUpstream : Stream
    {
        private readonly Lock _gate = new();
        private readonly Queue<byte> _arrived = new();
        private TaskCompletionSource? _waiting;
        private bool _ended;
        private bool _broke;

        /// <summary>Reads that were cancelled while they waited.</summary>
        public int Cancelled { get; private set; }

        /// <summary>Whether something seems to be there that turns out to be no part of the body: the frame of its next chunk, or the connection's end.</summary>
        public bool SeemsToGoOn { get; set; }

        /// <summary>What happens before the end is told; null for nothing.</summary>
        public Action? BeforeEnd { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void Send(string text) => Change(() =>
        {
            foreach (var b in Encoding.UTF8.GetBytes(text)) _arrived.Enqueue(b);
        });

        public void End() => Change(() => _ended = true);

        public void Break(bool seemsToGoOn) => Change(() => (_broke, SeemsToGoOn) = (true, seemsToGoOn));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Task? waiting = null;
            lock (_gate)
            {
                if (buffer.Length == 0 && _arrived.Count == 0 && SeemsToGoOn) return 0;
                if (_arrived.Count == 0 && !_ended && !_broke) waiting = (_waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            if (waiting is not null)
            {
                try
                {
                    await waiting.WaitAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    Cancelled++;
                    throw;
                }
            }
            if (buffer.Length > 0 && _ended && _arrived.Count == 0) BeforeEnd?.Invoke();
            lock (_gate)
            {
                if (_arrived.Count == 0 && _broke) throw new IOException("reset");
                var read = Math.Min(buffer.Length, _arrived.Count);
                for (var i = 0; i < read; i++) buffer.Span[i] = _arrived.Dequeue();
                return read;
            }
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void Change(Action change)
        {
            lock (_gate)
            {
                change();
                _waiting?.TrySetResult();
            }
        }
    }

    /// <summary>What a caller gets, piece by piece as it was handed over.</summary>
    private sealed class PlayedCaller : PipeWriter, IHttpResponseBodyFeature
    {
        private readonly List<byte> _held = [];
        private readonly System.Threading.Channels.Channel<string> _pieces = System.Threading.Channels.Channel.CreateUnbounded<string>();
        private byte[] _memory = [];

        public PlayedCaller()
        {
            var features = new FeatureCollection();
            features.Set<IHttpRequestFeature>(new HttpRequestFeature());
            features.Set<IHttpResponseFeature>(new HttpResponseFeature());
            features.Set<IHttpResponseBodyFeature>(this);
            Response = new DefaultHttpContext(features).Response;
        }

        public HttpResponse Response { get; }

        public bool HasLeft { get; set; }

        /// <summary>When the end is taken; null for at once.</summary>
        public TaskCompletionSource? End { get; set; }

        public Stream Stream => throw new NotSupportedException();

        public PipeWriter Writer => this;

        public async Task<string> NextAsync() => await _pieces.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        /// <summary>What was not looked at yet.</summary>
        public List<string> Rest()
        {
            var rest = new List<string>();
            while (_pieces.Reader.TryRead(out var piece)) rest.Add(piece);
            return rest;
        }

        public override void Advance(int bytes) => _held.AddRange(_memory.AsSpan(0, bytes));

        public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = new byte[Math.Max(1, sizeHint)];

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (HasLeft) throw new IOException("broken pipe");
            Take("");
            return new(new FlushResult(isCanceled: false, isCompleted: false));
        }

        public Task CompleteAsync()
        {
            Take("<end>");
            return End?.Task ?? Task.CompletedTask;
        }

        public override void Complete(Exception? exception = null) => throw new NotSupportedException();

        public override void CancelPendingFlush() => throw new NotSupportedException();

        public void DisableBuffering() => throw new NotSupportedException();

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        private void Take(string more)
        {
            var piece = Encoding.UTF8.GetString([.. _held]) + more;
            _held.Clear();
            _pieces.Writer.TryWrite(piece);
        }
    }
}
