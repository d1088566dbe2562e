using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Benchmarks.Propagation;

/// <summary>Counts what limiters warn of.</summary>
internal sealed class Complaints : ILoggerProvider, ILogger
{
    private readonly ConcurrentDictionary<string, int> _heard = new(StringComparer.Ordinal);

    public IEnumerable<string> Lines() => _heard.OrderByDescending(h => h.Value).Take(5).Select(h => $"{h.Value} times: {h.Key}");

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) _heard.AddOrUpdate(formatter(state, exception), 1, static (_, count) => count + 1);
    }

    public void Dispose()
    {
    }
}
