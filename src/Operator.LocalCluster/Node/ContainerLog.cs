using System.Text;
using System.Threading.Channels;

namespace Operator.LocalCluster.Node;

/// <summary>The lines that a container has written; the oldest are dropped. Safe for concurrent use.</summary>
internal sealed class ContainerLog(TimeProvider time)
{
    private const int MaxLines = 20_000;
    private const int MaxLineLength = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private readonly List<Channel<LogLine>> _followers = [];
    private bool _closed;

    /// <summary>A writer whose finished lines go to the log.</summary>
    public TextWriter CreateWriter() => TextWriter.Synchronized(new LineWriter(this));

    /// <summary>Adds a line.</summary>
    public void Add(string text)
    {
        var line = new LogLine(time.GetUtcNow(), text.Length > MaxLineLength ? text[..MaxLineLength] : text);
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MaxLines)
                _lines.Dequeue();
            foreach (var follower in _followers)
                follower.Writer.TryWrite(line);
        }
    }

    /// <summary>Nothing more will be written: followers end.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var follower in _followers)
                follower.Writer.TryComplete();
            _followers.Clear();
        }
    }

    /// <summary>The lines so far and, to follow, those that come; null when none will come.</summary>
    public (IReadOnlyList<LogLine> Lines, ChannelReader<LogLine>? Following) Read(bool follow)
    {
        lock (_gate)
        {
            if (!follow || _closed)
                return ([.. _lines], null);
            var channel = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(MaxLines) { FullMode = BoundedChannelFullMode.DropOldest });
            _followers.Add(channel);
            return ([.. _lines], channel.Reader);
        }
    }

    /// <summary>Ends following.</summary>
    public void Leave(ChannelReader<LogLine> following)
    {
        lock (_gate)
            _followers.RemoveAll(channel => channel.Reader == following);
    }

    /// <summary>The end of the log, for termination messages.</summary>
    public string Tail(int lines, int length)
    {
        lock (_gate)
        {
            var text = string.Join('\n', _lines.TakeLast(lines).Select(line => line.Text));
            return text.Length > length ? text[^length..] : text;
        }
    }

    private sealed class LineWriter(ContainerLog log) : TextWriter
    {
        private readonly StringBuilder _line = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (value == '\n')
                Finish();
            else if (value != '\r')
                _line.Append(value);
            if (_line.Length >= MaxLineLength)
                Finish();
        }

        protected override void Dispose(bool disposing)
        {
            if (_line.Length > 0)
                Finish();
            base.Dispose(disposing);
        }

        private void Finish()
        {
            log.Add(_line.ToString());
            _line.Clear();
        }
    }
}

/// <summary>One line of a log.</summary>
/// <param name="Time">When it was written.</param>
/// <param name="Text">The line without its end.</param>
internal readonly record struct LogLine(DateTimeOffset Time, string Text);
