using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Operator.Limiter.Hosting;

/// <summary>
/// One line of JSON for each thing that the limiter tells of itself, with the names that .NET's JSON console has. That console brings
/// configuration binding, options and regular expressions with it: more than a megabyte in every pod. A reader that does not keep up
/// loses lines and holds nobody up.
/// </summary>
internal sealed class JsonConsole : ILoggerProvider
{
    private const int MaxWaiting = 1_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Stream _sink;
    private readonly Queue<ReadOnlyMemory<byte>> _lines = new();
    private Task _writing = Task.CompletedTask;

    /// <param name="sink">Where the lines go; a line is one write.</param>
    public JsonConsole(Stream sink) => _sink = sink;

    /// <summary>Loggers that write here: from information up, from warning up for the server's own.</summary>
    public static ILoggerFactory Loggers(Stream sink)
    {
        var server = new LoggerFilterRule(null, "Microsoft.AspNetCore", LogLevel.Warning, null);
        var loggers = new LoggerFactory([], new LoggerFilterOptions { MinLevel = LogLevel.Information, Rules = { server } });
        // Added, not given: the factory disposes only of those.
        loggers.AddProvider(new JsonConsole(sink));
        return loggers;
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
        Task writing;
        lock (_lines) writing = _writing;
        writing.Wait(Patience);
    }

    private void Add(ReadOnlyMemory<byte> line)
    {
        lock (_lines)
        {
            if (_lines.Count >= MaxWaiting) return;
            _lines.Enqueue(line);
            if (_lines.Count == 1) _writing = Task.Run(WriteAsync);
        }
    }

    /// <summary>Writes until no line waits; the one that is being written still counts as waiting.</summary>
    private async Task WriteAsync()
    {
        while (true)
        {
            ReadOnlyMemory<byte> line;
            lock (_lines) line = _lines.Peek();
            try
            {
                await _sink.WriteAsync(line).ConfigureAwait(false);
                await _sink.FlushAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // Nobody reads: there is nobody to tell.
            }
            lock (_lines)
            {
                _lines.Dequeue();
                if (_lines.Count == 0) return;
            }
        }
    }

    private sealed class Logger(JsonConsole console, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var buffer = new ArrayBufferWriter<byte>(512);
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteNumber("EventId"u8, eventId.Id);
                json.WriteString("LogLevel"u8, logLevel.ToString());
                json.WriteString("Category"u8, category);
                json.WriteString("Message"u8, formatter(state, exception));
                if (exception is not null) json.WriteString("Exception"u8, exception.ToString());
                if (state is IReadOnlyList<KeyValuePair<string, object?>> values) Write(json, values);
                json.WriteEndObject();
            }
            buffer.Write("\n"u8);
            console.Add(buffer.WrittenMemory);
        }

        private static void Write(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            json.WriteStartObject("State"u8);
            foreach (var (name, value) in values)
            {
                switch (value)
                {
                    case null: json.WriteNull(name); break;
                    case bool flag: json.WriteBoolean(name, flag); break;
                    case int number: json.WriteNumber(name, number); break;
                    case long number: json.WriteNumber(name, number); break;
                    case double number when double.IsFinite(number): json.WriteNumber(name, number); break;
                    default: json.WriteString(name, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)); break;
                }
            }
            json.WriteEndObject();
        }
    }
}
