using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Operator.Limiter.Hosting;

// What a socket brings is worked on where it was noticed: a request passes three sockets, and each wake-up of another thread costs more
// than the work itself. One thread notices for all of them, so that a request and its answer meet a warm cache. The runtime reads this
// once, before the first socket.
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
ProcessMemory.KeepFewBuffers();
var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var loggers = JsonConsole.Loggers(Console.OpenStandardOutput());
void OnSignal(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.TrySetResult();
}
// An exception that nobody awaited is a defect that no caller sees: it must at least be told.
var logger = loggers.CreateLogger("Operator.Limiter");
TaskScheduler.UnobservedTaskException += (_, e) => Defect.Unobserved(logger, e.Exception);
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
LimiterOptions options;
try
{
    options = LimiterOptions.FromEnvironment(Environment.GetEnvironmentVariable);
}
catch (FormatException e)
{
    await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
    return 2;
}
var host = await LimiterHost.StartAsync(options, loggers, Console.OpenStandardOutput()).ConfigureAwait(false);
await using (host.ConfigureAwait(false))
{
    using var memory = new BurstMemory(() => GC.GetTotalAllocatedBytes(), ProcessMemory.GiveBack).Start(TimeProvider.System);
    await stop.Task.ConfigureAwait(false);
    await host.StopAsync().ConfigureAwait(false);
}
return 0;

internal static partial class Defect
{
    [LoggerMessage(90, LogLevel.Error, "An exception that nobody awaited; what it belonged to has ended otherwise")]
    public static partial void Unobserved(ILogger logger, Exception exception);
}
