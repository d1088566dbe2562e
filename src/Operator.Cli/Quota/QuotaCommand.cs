using System.CommandLine;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Kubernetes;

namespace Operator.Cli.Quota;

/// <summary>Shows budgets as the tree that they are.</summary>
internal static class QuotaCommand
{
    public static Command Create()
    {
        var output = ClusterOptions.Output("wide", "json", "yaml");
        var command = new Command("quota", "Shows the tree of ClaudeQuotas: who may use how much, who does, and what it costs. Limits are per minute.") { output }.WithCluster(all: true);
        command.Run((parsed, session, cancellation) => RunAsync(session, parsed.GetValue(output), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, string? format, CancellationToken cancellationToken)
    {
        var quotas = (await session.Client.ListAsync<ClaudeQuota>(new ListOptions { Namespace = session.Scope }, cancellationToken)).Items;
        if (format is "json" or "yaml")
        {
            var items = new JsonArray([.. quotas.Select(session.Client.Json.ToNode)]);
            ObjectText.Write(session.Output, new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items }, format);
            return ExitCode.Done;
        }
        if (quotas.Count == 0)
        {
            await session.Error.WriteLineAsync(session.Scope is { } space ? $"No ClaudeQuotas in namespace {space}; see all with -A." : "No ClaudeQuotas.");
            return ExitCode.Done;
        }
        TextTable.Write(session.Output, QuotaRows.Headers, QuotaRows.Of([.. quotas], format == "wide"), TextTable.Width(session.Output));
        foreach (var quota in quotas.Where(q => q.Status?.Throttle is { State: not ThrottleState.Clear, Cause: not null }))
            await session.Output.WriteLineAsync($"{quota.Metadata.NamespaceProperty}/{quota.Metadata.Name}: {quota.Status!.Throttle!.Cause}");
        return ExitCode.Done;
    }
}
