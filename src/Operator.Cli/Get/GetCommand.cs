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

    /// <summary>The kind that a word means: this command's own words, and those of kubectl; null for none.</summary>
    private static string? KindOf(string word) => word.ToLowerInvariant() switch
    {
        "deployments" or "deployment" or "cdep" or "claudedeployments" or "claudedeployment" => nameof(ClaudeDeployment),
        "quotas" or "quota" or "cq" or "claudequotas" or "claudequota" => nameof(ClaudeQuota),
        "evals" or "eval" or "cer" or "claudeevalruns" or "claudeevalrun" => nameof(ClaudeEvalRun),
        _ => null,
    };

    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = "deployments, quotas or evals.", DefaultValueFactory = _ => "deployments" };
        kind.CompletionSources.Add(Kinds);
        kind.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && KindOf(result.Tokens[0].Value) is null)
                result.AddError($"'{result.Tokens[0].Value}' is none of {string.Join(", ", Kinds)}; to see one by its name: kubectl claude get deployments NAME");
        });
        var name = new Argument<string?>("name") { Description = "One of them; all without.", DefaultValueFactory = _ => null };
        var output = new Option<string?>("--output", "-o") { Description = "wide, json or yaml." };
        output.AcceptOnlyFromAmong("wide", "json", "yaml");
        var command = new Command("get", "Lists ClaudeDeployments, ClaudeQuotas or ClaudeEvalRuns.") { kind, name, output }.WithCluster(all: true);
        command.Run((parsed, session, cancellation) => RunAsync(session, parsed.GetValue(kind)!, parsed.GetValue(name), parsed.GetValue(output), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ClusterSession session, string kind, string? name, string? format, CancellationToken cancellationToken)
    {
        var type = KindOf(kind)!;
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
