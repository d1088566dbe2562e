using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Operator.Contract;
using Operator.Limiter.Hosting;
using Operator.LocalCluster.Node;

namespace Operator.Cli.Local.Platform;

/// <summary>What the node runs for the limiter's image: the limiter, on the addresses of its pod.</summary>
/// <param name="channel">Where the Service of the operator's channel leads.</param>
/// <param name="started">Told of every limiter that starts; null for nobody.</param>
internal sealed class LimiterImage(Func<IPEndPoint> channel, Action<LimiterHost>? started = null)
{
    public async Task<ContainerExit> RunAsync(ContainerContext context, CancellationToken stop)
    {
        var options = LimiterOptions.FromEnvironment(context.Environment.GetValueOrDefault);
        options = options with
        {
            Listen = new IPEndPoint(context.PodAddress, options.Listen.Port),
            Health = new IPEndPoint(context.PodAddress, options.Health.Port),
            Directory = context.ResolvePath(LimiterPod.Directory),
            OperatorEndPoint = channel,
        };
        using var loggers = LoggerFactory.Create(b => b.AddProvider(new ContainerLogger(context.Output)).AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
        await using var calls = new Lines(context.Output);
        await using var host = await LimiterHost.StartAsync(options, loggers, calls);
        started?.Invoke(host);
        await Task.Delay(Timeout.InfiniteTimeSpan, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await host.StopAsync();
        return ContainerExit.Success;
    }

    /// <summary>The call log as text.</summary>
    private sealed class Lines(TextWriter output) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => output.Write(Encoding.UTF8.GetString(buffer, offset, count));
    }
}
