using Microsoft.Extensions.Logging;

namespace Operator.LocalCluster;

/// <summary>How a local cluster starts.</summary>
public sealed partial class LocalClusterOptions
{
    /// <summary>The loopback port to listen on; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The clock of timestamps, timeouts, bookmarks and delays.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Receives the server's log; null keeps it silent.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>How many events of each resource are kept for watches and lists of past versions; at least 1.</summary>
    public int EventHistory { get; set; } = 20_000;

    /// <summary>How often a watch that allows bookmarks gets one.</summary>
    public TimeSpan BookmarkInterval { get; set; } = TimeSpan.FromMinutes(1);
}
