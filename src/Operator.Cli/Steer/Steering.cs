using System.Globalization;
using Operator.Api;
using Operator.Cli.Cluster;

namespace Operator.Cli.Steer;

/// <summary>Which revision a command means, and how it is written.</summary>
internal static class Steering
{
    /// <summary>The revision that is rolled out.</summary>
    public static string UnderWay(ClaudeDeployment deployment) => deployment.Status?.Canary?.Revision
        ?? throw new CliException(ExitCode.Failed, $"{deployment.Metadata.Name} has no rollout under way: it is {deployment.Status?.Phase?.ToString() ?? "Pending"}");

    /// <summary>The revision that is rolled out, or else the one that serves.</summary>
    public static string UnderWayOrStable(ClaudeDeployment deployment) => deployment.Status?.Canary?.Revision ?? deployment.Status?.Stable?.Revision
        ?? throw new CliException(ExitCode.Failed, $"{deployment.Metadata.Name} serves nothing that could be aborted");

    /// <summary>The revision that is held, or else the one that was rejected last.</summary>
    public static string HeldOrRejected(ClaudeDeployment deployment)
    {
        if (deployment.Status is { Phase: Phase.Held, Canary: { } held }) return held.Revision;
        return deployment.Status?.RejectedRevisions?.MaxBy(r => r.At ?? DateTimeOffset.MinValue)?.Revision
            ?? throw new CliException(ExitCode.Failed, $"{deployment.Metadata.Name} has no revision that was held or rejected");
    }

    /// <summary>The annotation's value: a command is acted on once, so a repeated one gets a number.</summary>
    public static string Value(string revision, string? before)
    {
        if (before is null || !before.StartsWith(revision, StringComparison.Ordinal)) return revision;
        var slash = before.LastIndexOf('/');
        var number = slash >= 0 && int.TryParse(before.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last : 1;
        return string.Create(CultureInfo.InvariantCulture, $"{revision}/{number + 1}");
    }
}
