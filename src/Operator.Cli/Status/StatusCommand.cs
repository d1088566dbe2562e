using System.CommandLine;
using Operator.Api;
using Operator.Cli.Cluster;

namespace Operator.Cli.Status;

/// <summary>Tells where a rollout stands, and waits for its end.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The ClaudeDeployment." };
        var wait = new Option<bool>("--wait") { Description = "Waits until the rollout ends: exit 0 when the declared version serves all traffic, 1 when it was rolled back or is stalled, 5 when the time is over." };
        var timeout = Durations.Option("--timeout", "How long to wait, such as 90s or 1h30m; a plain number is seconds.", TimeSpan.FromHours(1));
        var output = ClusterOptions.Output("json", "yaml");
        var command = new Command("status", "Tells where a rollout stands. Exit 1 when the declared version was rolled back or is stalled.") { name, wait, timeout, output }.WithCluster();
        command.Run((parsed, session, cancellation) => parsed.GetValue(wait)
            ? WaitAsync(session, parsed.GetValue(name)!, parsed.GetValue(output), parsed.GetValue(timeout), TimeProvider.System, cancellation)
            : TellAsync(session, parsed.GetValue(name)!, parsed.GetValue(output), cancellation));
        return command;
    }

    private static async Task<int> TellAsync(ClusterSession session, string name, string? format, CancellationToken cancellationToken)
    {
        var deployment = await session.DeploymentAsync(name, cancellationToken);
        Write(session, deployment, format);
        return RolloutEnd.Of(deployment) == RolloutEnd.Failed ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<int> WaitAsync(ClusterSession session, string name, string? format, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        string? told = null;
        while (true)
        {
            var deployment = await session.DeploymentAsync(name, cancellationToken);
            // What the status says of an older spec, such as that it is healthy, would be read as an answer.
            var line = RolloutEnd.IsOfThisSpec(deployment) ? StatusText.Line(deployment) : "waits until the operator has seen the change";
            if (line != told) await session.Error.WriteLineAsync(told = line);
            switch (RolloutEnd.Of(deployment))
            {
                case RolloutEnd.Done:
                    if (format is not null) session.Write(deployment, format);
                    return ExitCode.Done;
                case RolloutEnd.Failed:
                    Write(session, deployment, format);
                    return ExitCode.Failed;
                default:
                    if (time.GetElapsedTime(started) >= timeout)
                        throw new TimeoutException($"{name} is not through after {GoDuration.From(timeout)}: {line}");
                    await Task.Delay(Pace, time, cancellationToken);
                    break;
            }
        }
    }

    private static void Write(ClusterSession session, ClaudeDeployment deployment, string? format)
    {
        if (format is null) StatusText.Write(session.Output, deployment);
        else session.Write(deployment, format);
    }
}

/// <summary>How a rollout stands.</summary>
internal enum RolloutEndKind
{
    Going,
    Done,
    Failed,
}

/// <summary>Reads the end of a rollout from the conditions, as any tool that follows kstatus does.</summary>
internal static class RolloutEnd
{
    public const RolloutEndKind Going = RolloutEndKind.Going;
    public const RolloutEndKind Done = RolloutEndKind.Done;
    public const RolloutEndKind Failed = RolloutEndKind.Failed;

    public static RolloutEndKind Of(ClaudeDeployment deployment)
    {
        if (deployment.Status is not { } status || !IsOfThisSpec(deployment)) return Going;
        if (Is(status, "Stalled")) return Failed;
        return Is(status, "Ready") ? Done : Going;
    }

    /// <summary>Whether the status is one of the spec as it is now; that of an older one says nothing of it.</summary>
    public static bool IsOfThisSpec(ClaudeDeployment deployment) => deployment.Status is { } status && !(status.ObservedGeneration < deployment.Metadata.Generation);

    private static bool Is(ClaudeDeploymentStatus status, string type) => status.Conditions?.Any(c => c.Type == type && c.Status == "True") == true;
}
