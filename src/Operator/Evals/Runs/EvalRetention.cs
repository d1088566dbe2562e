using Operator.Api;

namespace Operator.Evals.Runs;

/// <summary>Which runs are kept. Pure.</summary>
internal static class EvalRetention
{
    /// <summary>
    /// The runs that can go: finished ones that are neither among the last, nor cited by a live decision (the runs of the revision that
    /// is being rolled out, those named in the status, the runs they were compared with), nor the newest of stable for a gate, with
    /// which the next candidate is compared.
    /// </summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="runs">The runs of its namespace.</param>
    /// <param name="retained">How many of the last are kept.</param>
    public static IReadOnlyList<ClaudeEvalRun> Surplus(ClaudeDeployment deployment, IEnumerable<ClaudeEvalRun> runs, int retained)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        var own = runs.Where(r => r.Unreadable is null && r.Metadata.DeletionTimestamp is null
                && r.Spec.DeploymentRef.Name == deployment.Metadata.Name
                && r.Metadata.NamespaceProperty == deployment.Metadata.NamespaceProperty)
            .OrderByDescending(r => r.Status.CompletedAt ?? r.Metadata.CreationTimestamp).ThenBy(r => r.Metadata.Name, StringComparer.Ordinal)
            .ToList();
        var kept = Cited(deployment, own);
        kept.UnionWith(own.Where(r => r.Status.Phase is not (EvalPhase.Completed or EvalPhase.Cancelled)).Select(Name));
        kept.UnionWith(own.Where(r => r.Status.Phase is EvalPhase.Completed or EvalPhase.Cancelled).Take(retained).Select(Name));
        if (deployment.Status.Stable?.Revision is { } stable)
        {
            kept.UnionWith(own.Where(r => r.Spec.Revision == stable && r.Status is { Phase: EvalPhase.Completed, CaseResults: not null })
                .GroupBy(r => r.Spec.Gate, StringComparer.Ordinal).Select(g => Name(g.First())));
        }
        return [.. own.Where(r => !kept.Contains(Name(r)))];
    }

    private static HashSet<string> Cited(ClaudeDeployment deployment, List<ClaudeEvalRun> runs)
    {
        var cited = (deployment.Status.EvalRuns ?? []).Select(r => r.Name).ToHashSet(StringComparer.Ordinal);
        if (deployment.Status.Canary is { } canary)
        {
            // By what they are about, not by name: results that CI wrote have names of their own.
            cited.UnionWith(runs.Where(r => r.Spec.Revision == canary.Revision && (r.Spec.Attempt ?? 0) == (canary.Attempt ?? 0)).Select(Name));
        }
        var judged = (deployment.Status.Gates ?? []).Select(g => (g.Name, g.Revision)).ToHashSet();
        cited.UnionWith(runs.Where(r => judged.Contains((r.Spec.Gate, r.Spec.Revision))).Select(Name));
        cited.UnionWith(runs.Where(r => cited.Contains(Name(r)) && r.Status.Paired?.Baseline is not null).Select(r => r.Status.Paired!.Baseline!).ToList());
        return cited;
    }

    private static string Name(ClaudeEvalRun run) => run.Metadata.Name!;
}
