using System.CommandLine;
using System.Globalization;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Status;
using Operator.Kubernetes;

namespace Operator.Cli.Watch;

/// <summary>Tells what happens to deployments, a line for each change.</summary>
internal static class WatchCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "One ClaudeDeployment; all without.", DefaultValueFactory = _ => null };
        var command = new Command("watch", "Tells what happens, a line for each change, until Ctrl-C.") { name }.WithCluster(all: true);
        command.Run((parsed, session, cancellation) => RunAsync(session, parsed.GetValue(name), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, string? name, CancellationToken cancellationToken)
    {
        if (name is not null) await session.DeploymentAsync(name, cancellationToken);
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            while (true)
            {
                var found = await session.Client.ListAsync<ClaudeDeployment>(new ListOptions { Namespace = session.Scope }, cancellationToken);
                foreach (var deployment in found.Items.Where(d => name is null || d.Metadata.Name == name).OrderBy(d => d.Metadata.NamespaceProperty + "/" + d.Metadata.Name, StringComparer.Ordinal))
                {
                    var key = $"{deployment.Metadata.NamespaceProperty}/{deployment.Metadata.Name}";
                    var line = StatusText.Line(deployment);
                    if (told.GetValueOrDefault(key) == line) continue;
                    told[key] = line;
                    await session.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:HH:mm:ss}  {key}  {line}"));
                    await session.Output.FlushAsync(cancellationToken);
                }
                await Task.Delay(Pace, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }
}
