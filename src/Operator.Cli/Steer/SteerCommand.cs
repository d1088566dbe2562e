using System.CommandLine;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Kubernetes;

namespace Operator.Cli.Steer;

/// <summary>Commands to a rollout: each writes the annotation that the operator obeys, for the revision that is meant now.</summary>
internal static class SteerCommand
{
    /// <summary>promote, approve, abort and retry.</summary>
    public static IEnumerable<Command> Create() =>
    [
        One("promote", "Skips pauses and holds; every gate must still pass.", Annotations.Promote, Steering.UnderWay),
        One("approve", "Approves the pause at which the rollout stands.", Annotations.Approve, Steering.UnderWay),
        One("abort", "Takes the traffic from the canary; without one, takes the last promotion back while its window lasts.", Annotations.Abort, Steering.UnderWayOrStable),
        One("retry", "Tries a revision again that was held or rejected, with new eval runs.", Annotations.Retry, Steering.HeldOrRejected),
    ];

    private static Command One(string verb, string description, string annotation, Func<ClaudeDeployment, string> target)
    {
        var name = new Argument<string>("name") { Description = "The ClaudeDeployment." };
        var command = new Command(verb, description) { name }.WithCluster();
        command.Run((parsed, session, cancellation) => RunAsync(session, parsed.GetValue(name)!, verb, annotation, target, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        ClusterSession session, string name, string verb, string annotation, Func<ClaudeDeployment, string> target, CancellationToken cancellationToken)
    {
        var deployment = await session.DeploymentAsync(name, cancellationToken);
        var revision = target(deployment);
        var before = deployment.Metadata.Annotations is { } annotations && annotations.TryGetValue(annotation, out var text) ? text : null;
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [annotation] = Steering.Value(revision, before) }, ["uid"] = deployment.Metadata.Uid },
        };
        await session.Client.PatchAsync<ClaudeDeployment>(name, session.Namespace, KubernetesPatch.Merge(patch), null, cancellationToken);
        await session.Output.WriteLineAsync($"claudedeployment/{name}: {verb} {revision[..Math.Min(10, revision.Length)]} asked for; see: kubectl claude status {name} -n {session.Namespace}");
        return ExitCode.Done;
    }
}
