using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Cluster;
using Operator.Cli.Lint;
using Operator.Cli.Manifests;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Rollouts;
using Operator.Rollouts.Revisions;

namespace Operator.Cli.Plan;

/// <summary>Foretells what applying manifests starts.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("paths") { Description = "Files and folders with manifests; - for standard input.", Arity = ArgumentArity.OneOrMore };
        var offline = new Option<bool>("--offline") { Description = "Asks no cluster: tells the steps of every deployment as if something else were serving." };
        var command = new Command("plan", "Tells which rollouts an apply of manifests would start, step by step. Changes nothing. Exit 1 when the manifests have errors.") { paths, offline }.WithCluster();
        command.SetAction(async (parsed, cancellation) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            IReadOnlyList<(string Name, string Text)> files;
            try
            {
                files = await ManifestInput.ReadAsync(parsed.GetValue(paths)!, cancellation);
            }
            catch (IOException problem)
            {
                await error.WriteLineAsync($"error: {problem.Message}");
                return ExitCode.Usage;
            }
            var errors = Linter.Check(files, DateTimeOffset.UtcNow).Where(f => f.Severity == "error").ToList();
            foreach (var finding in errors) await error.WriteLineAsync(finding.ToString());
            if (errors.Count > 0) return ExitCode.Failed;
            var documents = files.SelectMany(f => ManifestDocument.Read(f.Name, f.Text)).Select(d => d.Content).OfType<JsonObject>().ToList();
            return parsed.GetValue(offline)
                ? await TellAsync(documents, parsed.GetValue(ClusterOptions.Namespace) ?? "default", null, output, cancellation)
                : await ClusterOptions.RunAsync(parsed, (_, session, token) => TellAsync(documents, session.Namespace, session, output, token), cancellation);
        });
        return command;
    }

    private static async Task<int> TellAsync(IReadOnlyList<JsonObject> documents, string space, ClusterSession? session, TextWriter output, CancellationToken cancellationToken)
    {
        var declared = documents.Where(d => (string?)d["kind"] == nameof(ClaudeDeployment)).ToList();
        if (declared.Count == 0) await output.WriteLineAsync("No ClaudeDeployment in these files: no rollout starts.");
        foreach (var document in declared)
        {
            document["metadata"]!["namespace"] ??= space;
            await TellAsync(document, documents, space, session, output, cancellationToken);
        }
        return ExitCode.Done;
    }

    private static async Task TellAsync(
        JsonObject document, IReadOnlyList<JsonObject> documents, string space, ClusterSession? session, TextWriter output, CancellationToken cancellationToken)
    {
        var wanted = document.Deserialize(ApiJsonContext.Default.ClaudeDeployment)!;
        var (name, home) = (wanted.Metadata.Name!, wanted.Metadata.NamespaceProperty!);
        ClaudeDeploymentStatus? status = null;
        if (session is not null)
        {
            status = (await session.Client.GetAsync<ClaudeDeployment>(name, home, cancellationToken))?.Status;
            // The server's own defaults and webhooks have a say too. Whose fields they are does not matter: nothing is stored.
            var applied = await session.Objects.ApplyAsync((JsonObject)document.DeepClone(), new PatchOptions { DryRun = true, Force = true, FieldManager = "kubectl-claude" }, cancellationToken);
            wanted = session.Client.Json.FromNode<ClaudeDeployment>(applied);
        }
        var prompt = await PromptAsync(wanted, documents, space, session, cancellationToken);
        var revision = prompt is PromptResolution.Found found ? RevisionContent.Create(wanted.Spec, found) : null;
        var plan = RolloutPlanFactory.Create(wanted.Spec);
        // Offline, nothing is known of what serves: the long way is told.
        var start = session is null ? PlanStart.Rollout : PlanForecast.Of(plan, status, revision?.Revision, DateTimeOffset.UtcNow);
        var version = $"{wanted.Spec.Prompt.Version} ({(revision is null ? "" : RolloutPolicy.Short(revision.Revision) + ", ")}{wanted.Spec.Model})";
        await output.WriteLineAsync($"{home}/{name}: {PlanText.Headline(start, version, name)}");
        if (prompt is PromptResolution.Failed failed) await output.WriteLineAsync($"  ! {failed.Message}");
        if (session is not null && start is PlanStart.Rollout or PlanStart.Returns)
        {
            foreach (var change in PlanForecast.Changes(status?.Stable, revision, wanted.Spec)) await output.WriteLineAsync($"  changes {change}");
        }
        if (!PlanText.HasSteps(start)) return;
        foreach (var step in PlanText.Steps(start, wanted.Spec, plan)) await output.WriteLineAsync($"  - {step}");
        if (start != PlanStart.First && plan.Steps.Length > 0)
            await output.WriteLineAsync($"  at least {GoDuration.From(PlanText.Shortest(plan))}, evals and approvals aside");
    }

    /// <summary>The prompt: of the files where they have it, since these are applied too; else of the cluster.</summary>
    private static async Task<PromptResolution> PromptAsync(
        ClaudeDeployment wanted, IReadOnlyList<JsonObject> documents, string space, ClusterSession? session, CancellationToken cancellationToken)
    {
        var (home, reference) = (wanted.Metadata.NamespaceProperty!, wanted.Spec.Prompt);
        var index = PromptResolver.Index(home, reference.Name, reference.Version);
        var maps = documents.Where(d => (string?)d["kind"] == "ConfigMap").Select(d => KubernetesJson.BuiltIn.FromNode<V1ConfigMap>(d)).ToList();
        foreach (var map in maps) map.Metadata.NamespaceProperty ??= space;
        var candidates = maps.Where(m => PromptResolver.IndexOf(m) == index).ToList();
        if (session is not null)
        {
            var selector = $"{Labels.Prompt}={reference.Name},{Labels.PromptVersion}={reference.Version}";
            var stored = await session.Client.ListAsync<V1ConfigMap>(new ListOptions { Namespace = home, LabelSelector = selector }, cancellationToken);
            candidates.AddRange(stored.Items.Where(s => maps.TrueForAll(m => (m.Metadata.NamespaceProperty, m.Metadata.Name) != (home, s.Metadata.Name))));
        }
        return PromptResolver.Resolve(home, reference, candidates);
    }
}
