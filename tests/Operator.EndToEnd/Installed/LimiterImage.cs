using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.LocalCluster.Node;

namespace Operator.EndToEnd.Installed;

/// <summary>What the node runs for the limiter's image: the limiter, on the addresses of its pod.</summary>
internal static class LimiterImage
{
    public static async Task<ContainerExit> RunAsync(ContainerContext context, TimeProvider clock, CancellationToken stop)
    {
        var options = LimiterOptions.FromEnvironment(context.Environment.GetValueOrDefault);
        options = options with
        {
            Listen = new IPEndPoint(context.PodAddress, options.Listen.Port),
            Health = new IPEndPoint(context.PodAddress, options.Health.Port),
            Directory = context.ResolvePath(LimiterPod.Directory),
        };
        await using var host = await LimiterHost.StartAsync(options, NullLoggerFactory.Instance, Stream.Null, clock);
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync();
        return ContainerExit.Success;
    }
}
