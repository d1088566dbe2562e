using Microsoft.Extensions.Logging;

namespace Operator.EndToEnd.Harness;

/// <summary>Keeps what the operator logs: the last lines for a failed test, and every error.</summary>
public sealed class LogCapture : ILoggerProvider
{
    private const int Kept = 400;
    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();
    private readonly List<string> _errors = [];

    /// <summary>The last lines.</summary>
    public IReadOnlyList<string> Lines
    {
        get { lock (_gate) return [.. _lines]; }
    }

    /// <summary>Everything that was logged as an error, or with an exception that is no fault of the network.</summary>
    public IReadOnlyList<string> Errors
    {
        get { lock (_gate) return [.. _errors]; }
    }

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(LogLevel level, string line)
    {
        lock (_gate)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Kept) _lines.Dequeue();
            if (level >= LogLevel.Error) _errors.Add(line);
        }
    }

    private sealed class Writer(LogCapture owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) owner.Add(logLevel, $"{logLevel} {category}: {formatter(state, exception)}{(exception is null ? "" : "\n" + exception)}");
        }
    }
}
