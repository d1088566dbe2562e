using Microsoft.Extensions.Logging;

namespace Operator.Cli.Local.Platform;

/// <summary>Writes a process's log where its container's output goes, so that <c>kubectl logs</c> shows it.</summary>
/// <param name="output">The output.</param>
internal sealed class ContainerLogger(TextWriter output) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Writer(output, categoryName);

    public void Dispose()
    {
    }

    private sealed class Writer(TextWriter output, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            output.WriteLine($"{logLevel} {category}: {formatter(state, exception)}{(exception is null ? "" : " " + exception)}");
        }
    }
}
