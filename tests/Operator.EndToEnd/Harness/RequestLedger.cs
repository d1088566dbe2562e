using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Operator.EndToEnd.Harness;

/// <summary>
/// Knows what is under way between one client and the API server: requests without an answer, watches that have not delivered
/// everything to whom they are for, and watches that ended and must be opened again.
/// </summary>
public sealed class RequestLedger
{
    private static long s_ids;
    private readonly ConcurrentDictionary<string, Watch> _watches = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _toReopen = new(StringComparer.Ordinal);
    private int _underWay;
    private long _lastActivity = Stopwatch.GetTimestamp();

    /// <summary>How long ago something was sent or arrived.</summary>
    public TimeSpan Silence => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastActivity));

    /// <summary>Requests without an answer.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    public HttpMessageHandler Wrap(HttpMessageHandler inner) => new Handler(this, inner);

    /// <summary>Whether nothing is under way.</summary>
    /// <param name="sent">How many lines the server sent, by the id of the watch, null where some are still to be sent; null when that is not known.</param>
    public bool IsQuiet(IReadOnlyDictionary<string, long?>? sent) =>
        UnderWay == 0 && _toReopen.IsEmpty
        && _watches.All(w => w.Value.IsAwaited && (sent is null || (sent.TryGetValue(w.Key, out var lines) && lines == w.Value.Lines)));

    /// <summary>What is under way, for a person.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{UnderWay} requests under way, {_watches.Count} watches open, to reopen: {string.Join(", ", _toReopen.Keys)}");

    private void Active() => Interlocked.Exchange(ref _lastActivity, Stopwatch.GetTimestamp());

    /// <summary>A watch without where it starts and how long it lasts: the one that follows it has the same.</summary>
    private static string KeyOf(Uri uri) => uri.AbsolutePath + "?" + string.Join(
        '&', uri.Query.TrimStart('?').Split('&').Where(p => p.StartsWith("labelSelector=", StringComparison.Ordinal) || p.StartsWith("fieldSelector=", StringComparison.Ordinal)));

    private sealed class Handler(RequestLedger ledger, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var watch = request.RequestUri!.Query.Contains("watch=", StringComparison.Ordinal)
                ? new Watch(ledger, "watch/" + Interlocked.Increment(ref s_ids).ToString(CultureInfo.InvariantCulture), KeyOf(request.RequestUri!))
                : null;
            if (watch is not null) request.Headers.TryAddWithoutValidation("User-Agent", watch.Id);
            Interlocked.Increment(ref ledger._underWay);
            ledger.Active();
            try
            {
                var response = await base.SendAsync(request, cancellationToken);
                if (watch is null || !response.IsSuccessStatusCode) return response;
                ledger._watches[watch.Id] = watch;
                ledger._toReopen.TryRemove(watch.Key, out _);
                var content = new StreamContent(new WatchStream(await response.Content.ReadAsStreamAsync(cancellationToken), watch));
                foreach (var (name, values) in response.Content.Headers) content.Headers.TryAddWithoutValidation(name, values);
                response.Content = content;
                return response;
            }
            finally
            {
                ledger.Active();
                Interlocked.Decrement(ref ledger._underWay);
            }
        }
    }

    /// <summary>An open watch.</summary>
    private sealed class Watch(RequestLedger ledger, string id, string key)
    {
        private long _lines;
        private volatile bool _awaited;

        public string Id => id;

        public string Key => key;

        public long Lines => Volatile.Read(ref _lines);

        /// <summary>Whether the client asked for more: what arrived before is dealt with.</summary>
        public bool IsAwaited => _awaited;

        public void Asked() => _awaited = true;

        public void Got(ReadOnlySpan<byte> bytes)
        {
            _awaited = false;
            Volatile.Write(ref _lines, _lines + bytes.Count((byte)'\n'));
            ledger.Active();
        }

        /// <summary>The server ended it: the client opens another.</summary>
        public void Ended()
        {
            ledger._toReopen[key] = true;
            Closed();
        }

        public void Closed()
        {
            ledger._watches.TryRemove(id, out _);
            ledger.Active();
        }
    }

    private sealed class WatchStream(Stream inner, Watch watch) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            watch.Asked();
            var count = await inner.ReadAsync(buffer, cancellationToken);
            watch.Got(buffer.Span[..count]);
            if (count == 0 && buffer.Length > 0) watch.Ended();
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Watches are read asynchronously.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            watch.Closed();
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
