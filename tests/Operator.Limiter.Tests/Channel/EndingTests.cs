using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Limiter.Channel;

namespace Operator.Limiter.Tests.Channel;

/// <summary>The channel ends when it is told to, whatever its connections do at that moment.</summary>
public class EndingTests
{
    public static TheoryData<string> Loops => new("stream", "reports", "last words");

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task A_connection_that_fails_while_the_channel_ends_is_no_fault(string loop)
    {
        await using var limiter = await ConnectedLimiter.StartAsync();
        var state = limiter.Host.State;
        var connecting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var fails = new ManualResetEventSlim();
        var options = state.Options with
        {
            OperatorEndPoint = () =>
            {
                connecting.TrySetResult();
                fails.Wait();
                throw new SocketException((int)SocketError.ConnectionRefused);
            },
        };
        using var connection = new OperatorConnection(limiter.Operator.Address, options, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var reports = new ReportLoop(state, connection, state.Channel, NullLogger.Instance);
        var running = loop switch
        {
            "stream" => new ConfigurationStream(state, connection, state.Channel, NullLogger.Instance).RunAsync(stop.Token),
            "reports" => reports.RunAsync(stop.Token),
            _ => reports.FinishAsync(stop.Token),
        };
        await connecting.Task;
        // What is registered last is called first: the connection fails after the stop was asked for, and before the call hears of it.
        using var first = stop.Token.Register(() =>
        {
            fails.Set();
            Assert.True(SpinWait.SpinUntil(() => running.IsCompleted, TimeSpan.FromSeconds(30)));
        });
        await stop.CancelAsync();
        await running;
    }
}
