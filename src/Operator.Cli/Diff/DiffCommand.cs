using System.CommandLine;
using Operator.Cli.Cluster;

namespace Operator.Cli.Diff;

/// <summary>Tells what the rollout under way changes.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The ClaudeDeployment." };
        var command = new Command("diff", "Tells what the rollout under way changes. Prompts are told apart by digest, never shown. Exit 1 when there is a difference.") { name }.WithCluster();
        command.Run(async (parsed, session, cancellation) =>
        {
            var deployment = await session.DeploymentAsync(parsed.GetValue(name)!, cancellation);
            if (deployment.Status?.Canary is not { } canary)
            {
                await session.Error.WriteLineAsync($"{deployment.Metadata.Name} has no rollout under way.");
                return ExitCode.Done;
            }
            await session.Output.WriteLineAsync($"{deployment.Status.Stable?.PromptVersion ?? "nothing"} -> {canary.PromptVersion}");
            foreach (var line in deployment.Status.Diff ?? []) await session.Output.WriteLineAsync("  " + line);
            return ExitCode.Failed;
        });
        return command;
    }
}
