using System.Collections.Immutable;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts;

namespace Operator.Evals;

/// <summary>Reads the verdicts of offline gates from eval runs. Pure.</summary>
internal static class EvalVerdicts
{
    /// <summary>
    /// The verdict of each gate on one attempt of one revision. A gate whose run does not exist is missing; one whose run has no verdict
    /// yet is <see cref="Verdict.Continue"/>. Nothing but the run of that very name, deployment, revision, gate and attempt counts.
    /// </summary>
    /// <param name="runs">Eval runs, of any deployment; usually those of the informer cache.</param>
    /// <param name="deployment">The deployment.</param>
    /// <param name="revision">The revision in its full form.</param>
    /// <param name="attempt">How often the revision was tried before, from 0.</param>
    /// <param name="gates">The offline gates of the spec.</param>
    public static ImmutableDictionary<string, GateVerdict> Of(
        IEnumerable<ClaudeEvalRun> runs, ClaudeDeployment deployment, string revision, int attempt, IEnumerable<EvalGate> gates)
    {
        ArgumentNullException.ThrowIfNull(runs);
        ArgumentNullException.ThrowIfNull(deployment);
        ArgumentNullException.ThrowIfNull(gates);
        var named = new Dictionary<string, ClaudeEvalRun>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            if (run.Metadata is { Name: { } name } && run.Metadata.NamespaceProperty == deployment.Metadata.NamespaceProperty) named[name] = run;
        }
        var verdicts = ImmutableDictionary.CreateBuilder<string, GateVerdict>(StringComparer.Ordinal);
        foreach (var gate in gates)
        {
            if (!named.TryGetValue(EvalRunName.Of(deployment.Metadata.Name!, gate.Name, revision, attempt), out var run)) continue;
            if (Counts(run, deployment, revision, attempt, gate)) verdicts[gate.Name] = Of(run);
        }
        return verdicts.ToImmutable();
    }

    private static bool Counts(ClaudeEvalRun run, ClaudeDeployment deployment, string revision, int attempt, EvalGate gate) =>
        run.Spec.DeploymentRef.Name == deployment.Metadata.Name
        && run.Spec.Revision == revision
        && run.Spec.Gate == gate.Name
        && (run.Spec.Attempt ?? 0) == attempt
        && run.Metadata.DeletionTimestamp is null
        // A run of a former deployment of the same name says nothing about this one.
        && (Owner(run) is not { } owner || owner.Uid == deployment.Metadata.Uid)
        // Only an external gate takes a result from whoever may create runs.
        && (gate.External is not null || run.Spec.Result is null);

    private static V1OwnerReference? Owner(ClaudeEvalRun run) => run.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true);

    private static GateVerdict Of(ClaudeEvalRun run) => run.Status switch
    {
        { Phase: EvalPhase.Cancelled } => new GateVerdict(Verdict.EvaluatorError, run.Status.Message ?? "the run was cancelled"),
        { Verdict: { } unknown } when !Enum.IsDefined(unknown) => new GateVerdict(
            Verdict.EvaluatorError, $"the run has a verdict that this version does not know: {run.Status.Message}"),
        { Verdict: { } verdict } => new GateVerdict(verdict, run.Status.Message ?? verdict.ToString()),
        { Message: { } message } => new GateVerdict(Verdict.Continue, message),
        _ => new GateVerdict(Verdict.Continue, "the run has not started"),
    };
}
