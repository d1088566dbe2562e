using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>Every line that a limiter would log, errors with all that they hold; filtered as the program filters.</summary>
internal sealed class CapturedLogs : ILoggerProvider, ILogger
{
    public CapturedLogs() => Factory = LoggerFactory.Create(
        builder => builder.AddProvider(this).SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft.AspNetCore", LogLevel.Warning));

    public ILoggerFactory Factory { get; }

    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
