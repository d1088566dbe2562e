using System.CommandLine;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Kubernetes;

namespace Operator.Cli.Get;

/// <summary>Lists resources.</summary>
internal static class GetCommand
{
    private static readonly string[] Kinds = ["deployments", "quotas", "evals"];

    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "deployments, quotas or evals.", DefaultValueFactory = _ => "deployments" };
        kind.AcceptOnlyFromAmong(Kinds);
        var name = new Argument<string?>("name") { Description = "One of them; all without.", DefaultValueFactory = _ => null };
        var output = new Option<string?>("--output", "-o") { Description = "wide, json or yaml." };
        output.AcceptOnlyFromAmong("wide", "json", "yaml");
        var command = new Command("get", "Lists ClaudeDeployments, ClaudeQuotas or ClaudeEvalRuns.") { kind, name, output }.WithCluster(all: true);
        command.Run((parsed, session, cancellation) => RunAsync(session, parsed.GetValue(kind)!, parsed.GetValue(name), parsed.GetValue(output), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, string kind, string? name, string? format, CancellationToken cancellationToken)
    {
        var type = kind switch { "quotas" => nameof(ClaudeQuota), "evals" => nameof(ClaudeEvalRun), _ => nameof(ClaudeDeployment) };
        var items = (await session.Objects.ListAsync(ApiGroup.ApiVersion, type, new ListOptions { Namespace = session.Scope }, cancellationToken)).Items;
        if (name is not null)
        {
            var named = items.Where(i => (string?)i["metadata"]?["name"] == name).ToList();
            if (named.Count == 0)
                throw new CliException(ExitCode.NotFound, NearestName.Missing(type, name, session.Scope ?? "any", [.. items.Select(i => (string)i["metadata"]!["name"]!)]));
            items = named;
        }
        if (format is "json" or "yaml")
        {
            ObjectText.Write(session.Output, name is not null ? items[0] : new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = new JsonArray([.. items.Select(i => i.DeepClone())]) }, format);
            return ExitCode.Done;
        }
        if (items.Count == 0)
        {
            await session.Error.WriteLineAsync(session.Scope is { } space ? $"No {type}s in namespace {space}." : $"No {type}s.");
            return ExitCode.Done;
        }
        var table = ResourceTables.Of(type, session.AllNamespaces, format == "wide", DateTimeOffset.UtcNow);
        TextTable.Write(session.Output, [.. table.Select(c => c.Header)], [.. items.Select(i => table.Select(c => c.Value(i)).ToList())], TextTable.Width(session.Output));
        return ExitCode.Done;
    }
}
