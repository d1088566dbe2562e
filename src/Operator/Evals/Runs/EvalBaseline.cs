using Operator.Api;

namespace Operator.Evals.Runs;

/// <summary>Where a comparison with stable stands.</summary>
internal abstract record BaselineState
{
    private BaselineState()
    {
    }

    /// <summary>There is nothing to compare with, or nothing is compared.</summary>
    internal sealed record NotNeeded : BaselineState;

    /// <summary>A run of stable must be made.</summary>
    /// <param name="Revision">The stable revision.</param>
    internal sealed record Missing(string Revision) : BaselineState;

    /// <summary>A run of stable is under way.</summary>
    internal sealed record Waiting(ClaudeEvalRun Run) : BaselineState;

    /// <summary>The run of stable.</summary>
    internal sealed record Ready(ClaudeEvalRun Run) : BaselineState;

    /// <summary>The run of stable that was made for this comparison has no result.</summary>
    internal sealed record Broken(ClaudeEvalRun Run) : BaselineState;
}

/// <summary>Finds the run of stable that another run is compared with. Pure.</summary>
internal static class EvalBaseline
{
    /// <summary>Whether a run was made to be compared with.</summary>
    public static bool Is(ClaudeEvalRun run) => run.Metadata.Labels is { } labels && labels.TryGetValue(Labels.Baseline, out var value) && value == "true";

    /// <summary>Finds it: any run of the stable revision, the same gate and the same suite will do, those from its own rollout too.</summary>
    /// <param name="run">The run of the candidate.</param>
    /// <param name="deployment">The deployment.</param>
    /// <param name="gate">The gate.</param>
    /// <param name="digest">The digest of the suite.</param>
    /// <param name="runs">The runs of the namespace.</param>
    public static BaselineState Of(ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, string? digest, IEnumerable<ClaudeEvalRun> runs)
    {
        if (gate.MaxRegression is null || gate.Suite is null || digest is null || Is(run)) return new BaselineState.NotNeeded();
        if (deployment.Status.Stable?.Revision is not { Length: > 0 } stable || stable == run.Spec.Revision) return new BaselineState.NotNeeded();
        var own = EvalRunName.OfBaseline(run.Metadata.Name!);
        ClaudeEvalRun? waiting = null, broken = null;
        foreach (var other in runs.Where(r => IsOf(r, deployment, gate, stable, digest)).OrderBy(r => r.Metadata.Name, StringComparer.Ordinal))
        {
            if (other.Status is { Phase: EvalPhase.Completed, CaseResults: not null, Total: > 0 } && other.Status.SuiteDigest == digest)
                return new BaselineState.Ready(other);
            if (other.Status.Phase is not (EvalPhase.Completed or EvalPhase.Cancelled)) waiting = other;
            else if (other.Metadata.Name == own) broken = other;
        }
        return waiting is not null ? new BaselineState.Waiting(waiting)
            : broken is not null ? new BaselineState.Broken(broken)
            : new BaselineState.Missing(stable);
    }

    private static bool IsOf(ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, string stable, string digest) =>
        run.Unreadable is null
        && run.Metadata.DeletionTimestamp is null
        && run.Spec.Result is null
        && run.Spec.DeploymentRef.Name == deployment.Metadata.Name
        && run.Spec.Gate == gate.Name
        && run.Spec.Revision == stable
        && (run.Spec.SuiteDigest ?? run.Status.SuiteDigest) == digest
        // Only what the operator made for this very deployment: whoever may create runs cannot make stable look worse than it is.
        && run.Metadata.OwnerReferences?.Any(o => o.Controller == true && o.Uid == deployment.Metadata.Uid) == true;
}
