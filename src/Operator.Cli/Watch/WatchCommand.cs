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
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = "One ClaudeDeployment; all without.", DefaultValueFactory = _ => null };
        var command = new Command("watch", "Tells what happens, a line for each change, until Ctrl-C.") { name }.WithCluster(all: true);
        command.Run((parsed, session, cancellation) => RunAsync(session, parsed.GetValue(name), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, string? name, CancellationToken cancellationToken)
    {
        if (name is not null && !session.AllNamespaces) await session.DeploymentAsync(name, cancellationToken);
        var selector = name is null ? null : "metadata.name=" + name;
        var told = new Dictionary<string, string>(StringComparer.Ordinal);
        var connected = false;
        try
        {
            while (true)
            {
                try
                {
                    await FollowAsync(session, selector, told, () => connected = true, cancellationToken);
                    // A server that ends every watch at once is not asked without a pause; the next list tells what changed meanwhile.
                    await Task.Delay(Pause, cancellationToken);
                }
                catch (KubernetesException gone) when (gone.IsExpired)
                {
                    // The server forgot the version.
                    await Task.Delay(Pause, cancellationToken);
                }
                catch (Exception lost) when (connected && lost is HttpRequestException or IOException)
                {
                    connected = false;
                    await session.Error.WriteLineAsync($"connection lost, trying again: {lost.Message}");
                    await Task.Delay(Pause, cancellationToken);
                }
                catch (Exception lost) when (told.Count > 0 && lost is HttpRequestException or IOException)
                {
                    await Task.Delay(Pause, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
    }

    /// <summary>Lists, then follows until the server ends the watch.</summary>
    private static async Task FollowAsync(ClusterSession session, string? selector, Dictionary<string, string> told, Action connected, CancellationToken cancellationToken)
    {
        var list = await session.Client.ListAsync<ClaudeDeployment>(new ListOptions { Namespace = session.Scope, FieldSelector = selector }, cancellationToken);
        connected();
        var present = list.Items.Select(Key).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in told.Keys.Where(k => !present.Contains(k)).ToList()) await TellAsync(session, told, gone, null);
        foreach (var deployment in list.Items.OrderBy(Key, StringComparer.Ordinal)) await TellAsync(session, told, Key(deployment), StatusText.Line(deployment));
        var options = new WatchOptions { Namespace = session.Scope, FieldSelector = selector, ResourceVersion = list.Metadata.ResourceVersion };
        await foreach (var change in session.Client.WatchAsync<ClaudeDeployment>(options, cancellationToken))
        {
            if (change.Type == WatchEventType.Bookmark) continue;
            await TellAsync(session, told, Key(change.Object), change.Type == WatchEventType.Deleted ? null : StatusText.Line(change.Object));
        }
    }

    /// <summary>Tells what is new of a deployment; null for one that is deleted.</summary>
    private static async Task TellAsync(ClusterSession session, Dictionary<string, string> told, string key, string? line)
    {
        if (told.GetValueOrDefault(key) == line) return;
        if (line is null) told.Remove(key);
        else told[key] = line;
        await session.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.Now:HH:mm:ss}  {key}  {line ?? "deleted"}"));
        await session.Output.FlushAsync(CancellationToken.None);
    }

    private static string Key(ClaudeDeployment deployment) => $"{deployment.Metadata.NamespaceProperty}/{deployment.Metadata.Name}";
}
