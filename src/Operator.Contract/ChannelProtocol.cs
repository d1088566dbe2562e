namespace Operator.Contract;

/// <summary>
/// How limiters and the operator reach each other: HTTP/2 over TLS, with the pod's projected service-account token in
/// <c>authorization: Bearer</c>. Only the leader answers; a follower says <c>503</c> with <see cref="FollowerHeader"/>.
/// </summary>
public static class ChannelProtocol
{
    /// <summary>
    /// <c>GET</c>: a stream of server-sent events. Each <see cref="ConfigurationEvent"/> holds a whole <see cref="LimiterConfiguration"/> in one
    /// <c>data</c> line, with its digest as <c>id</c>; the first one follows at once. A comment line follows every <see cref="Heartbeat"/>
    /// without an event, so that a dead connection is noticed.
    /// </summary>
    public const string ConfigurationPath = "/v1/configuration";

    /// <summary><c>POST</c> of a <see cref="Report"/>, answered by a <see cref="ReportAnswer"/>.</summary>
    public const string ReportPath = "/v1/report";

    /// <summary>The event's name of a configuration on the stream.</summary>
    public const string ConfigurationEvent = "configuration";

    /// <summary>The event's name of leases that are pushed between two reports: a <see cref="ReportAnswer"/>, such as for a freeze.</summary>
    public const string LeasesEvent = "leases";

    /// <summary>Of a <c>503</c>: the answering replica is not the leader. The limiter tries another address of the service.</summary>
    public const string FollowerHeader = "x-claude-follower";

    /// <summary>The audience of the token.</summary>
    public const string Audience = "claude-operator";

    /// <summary>The longest silence on a stream.</summary>
    public static TimeSpan Heartbeat { get; } = TimeSpan.FromSeconds(5);

    /// <summary>An answer to a report that took longer is discarded: its leases were decided on what is no longer so.</summary>
    public static TimeSpan AnswerAge { get; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest report, in bytes.</summary>
    public const int MaxReportBytes = 4 * 1024 * 1024;
}
