using System.Net;
using Operator.Certificates;
using Operator.Contract;

namespace Operator.Limiters;

/// <summary>How limiters reach the operator.</summary>
public sealed class ChannelOptions
{
    /// <summary>The port of the channel; 0 for any free one. Default 9444.</summary>
    public int Port { get; set; } = 9444;

    /// <summary>The address to listen on; null, the default, for all.</summary>
    public IPAddress? BindAddress { get; set; }

    /// <summary>The audience that a limiter's token must be for.</summary>
    public string Audience { get; set; } = ChannelProtocol.Audience;

    /// <summary>How tokens are checked.</summary>
    public ChannelAuthentication Authentication { get; set; }

    /// <summary>Where its certificates come from in an operator without admission, which has certificates itself.</summary>
    public CertificateOptions Certificates { get; } = new();

    /// <summary>How often limiters report while there are few of them. Default 1 s.</summary>
    public TimeSpan ReportInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How many reports a second are taken at most: with more limiters than that, each reports less often. Default 500, which take
    /// about a fifth of a core: what is urgent, such as a confirmation or a request that waits, is told at once however many there are.
    /// </summary>
    public int MostReportsPerSecond { get; set; } = 500;

    /// <summary>How often money that was counted is written down. Default 10 s.</summary>
    public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Told of the port once the channel listens; for hosts that run the operator inside another process.</summary>
    public Action<int>? Listening { get; set; }
}
