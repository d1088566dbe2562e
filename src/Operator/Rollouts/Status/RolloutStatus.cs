using System.Collections.Immutable;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Evals;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Rollouts.Gates;
using Operator.Rollouts.Measurements;
using Operator.Rollouts.Revisions;

namespace Operator.Rollouts.Status;

/// <summary>Composes the status of a ClaudeDeployment. Pure but for the traffic, which comes from the session's meter.</summary>
internal static class RolloutStatus
{
    /// <summary>The status after a decision.</summary>
    /// <param name="json">How resources become JSON.</param>
    /// <param name="view">What was seen.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="generation">The generation of the configuration that limiters hold or receive.</param>
    /// <param name="evaluations">What live gates say.</param>
    /// <param name="live">The live gates as they will be.</param>
    public static ClaudeDeploymentStatus Compose(
        KubernetesJson json,
        RolloutView view,
        RolloutDecision decision,
        long? generation,
        ImmutableDictionary<string, GateEvaluation> evaluations,
        LiveGateSet? live)
    {
        var before = view.Deployment.Status;
        var state = decision.State;
        var status = Copy(json, before);
        status.ObservedGeneration = view.Deployment.Metadata.Generation;
        RolloutRecord.Write(state, view.Plan, status);
        status.ConfigurationGeneration = generation ?? before.ConfigurationGeneration;
        Weight(status, view, state);
        Step(status, view, state, live);
        status.Gates = GateStatuses.Of(view, state, evaluations, live, decision.Configuration?.RolledBack);
        status.GateSummary = GateStatuses.Summary(status.Gates);
        status.EvalRuns = Runs(view, state) ?? (state.Canary is null ? status.EvalRuns : null);
        status.Traffic = view.Session.Traffic.Traffic(view.Measured, state.Stable?.Revision, state.Canary?.Revision, view.Now);
        status.Limiters = new LimitersStatus
        {
            Total = view.Acknowledged.Total, Current = view.Acknowledged.Current, Refused = view.Acknowledged.Refusal?.Limiters, Refusal = view.Acknowledged.Refusal?.Example,
        };
        status.Throttle = view.Budget.Throttle;
        status.Diff = Diff(view, state);
        if (decision.Events is [.., var last])
            status.LastDecision = new DecisionRecord { What = last.Reason, Why = last.Message, At = view.Now };
        status.Conditions = RolloutConditions.Of(Conditions(view, state, status), before.Conditions, view.Deployment.Metadata.Generation, view.Now);
        return status;
    }

    /// <summary>The status of a deployment whose spec is not valid: all else stays as it is.</summary>
    public static ClaudeDeploymentStatus Invalid(KubernetesJson json, ClaudeDeployment deployment, Findings findings, DateTimeOffset now)
    {
        var errors = findings.Summary();
        var before = deployment.Status;
        var status = Copy(json, before);
        status.ObservedGeneration = deployment.Metadata.Generation;
        status.Phase = status.Phase.Known() ?? Phase.Pending;
        status.Reason = "InvalidSpec";
        status.Message = errors;
        status.Conditions = RolloutConditions.Of(
            new ConditionInput
            {
                Phase = status.Phase.Value,
                Reason = "InvalidSpec",
                Message = errors,
                Invalid = errors,
                Retired = Retired(findings),
                Serves = before.Stable is not null,
            },
            before.Conditions, deployment.Metadata.Generation, now);
        return status;
    }

    /// <summary>The status of a deployment whose namespace ends: nothing can be created in it, so nothing goes on; what serves does until its pods end.</summary>
    public static ClaudeDeploymentStatus Terminating(KubernetesJson json, ClaudeDeployment deployment, DateTimeOffset now)
    {
        const string Reason = "NamespaceTerminating";
        const string Message = "the namespace is being deleted: nothing can be created in it, so the rollout does not go on";
        var status = Copy(json, deployment.Status);
        (status.Reason, status.Message) = (Reason, Message);
        var conditions = (status.Conditions ?? []).Where(c => c.Type is not ("Ready" or "Reconciling")).ToList();
        foreach (var type in new[] { "Ready", "Reconciling" })
        {
            var before = status.Conditions?.FirstOrDefault(c => c.Type == type);
            if (type == "Reconciling" && before is null) continue;
            conditions.Add(new V1Condition
            {
                Type = type,
                Status = "False",
                Reason = Reason,
                Message = Message,
                ObservedGeneration = deployment.Metadata.Generation,
                LastTransitionTime = before?.Status == "False" ? before.LastTransitionTime : now,
            });
        }
        status.Conditions = conditions;
        return status;
    }

    /// <summary>Why validation refuses the declared model as retired; null when it does not.</summary>
    public static string? Retired(Findings findings) =>
        findings.Errors.FirstOrDefault(e => e is { Reason: FindingReason.ModelRetired, Path: "spec.model" })?.ToString();

    private static ClaudeDeploymentStatus Copy(KubernetesJson json, ClaudeDeploymentStatus status) =>
        json.FromNode<ClaudeDeploymentStatus>(json.ToNode(status));

    private static void Weight(ClaudeDeploymentStatus status, RolloutView view, RolloutState state)
    {
        var weight = status.Weight!;
        // Shares are of the canary; what returns from a canary that is gone is shown until it has returned.
        weight.Acknowledged = view.Acknowledged.Highest is { } highest ? Percent.FromBasisPoints(highest) : null;
        weight.Observed = view.Session.Traffic.Share(view.Measured, state.Stable?.Revision, state.Canary?.Revision) is { } share
            ? Percent.FromBasisPoints(share)
            : null;
    }

    private static void Step(ClaudeDeploymentStatus status, RolloutView view, RolloutState state, LiveGateSet? live)
    {
        if (status.Step is not { } step || live is null) return;
        var checkpoint = live.Step.Checkpoint(view.Measured);
        step.Counts = checkpoint.Write(state.Weight, state.Attempt);
        step.CountedLimiters = checkpoint.Limiters.IsEmpty ? null : [.. checkpoint.Limiters.Order(StringComparer.Ordinal)];
    }

    private static List<EvalRunReference>? Runs(RolloutView view, RolloutState state)
    {
        if (state.Canary is not { } canary) return null;
        var runs = (view.Spec.Gates?.Evals ?? [])
            .Select(g => (Gate: g.Name, Name: EvalRunName.Of(view.Key.Name, g.Name, canary.Revision, state.Attempt)))
            .Select(g => (g.Gate, g.Name, Run: view.EvalRuns.FirstOrDefault(r => r.Metadata.Name == g.Name)))
            .Where(g => g.Run is not null)
            .Select(g => new EvalRunReference { Name = g.Name, Gate = g.Gate, Verdict = g.Run!.Status.Verdict.Known() })
            .ToList();
        return runs.Count == 0 ? null : runs;
    }

    private static List<string>? Diff(RolloutView view, RolloutState state)
    {
        if (state.Canary is not { } canary || !view.Contents.TryGetValue(canary.Revision, out var to)) return null;
        var from = state.Stable is { } stable ? view.Contents.GetValueOrDefault(stable.Revision) : null;
        return [.. RevisionDiff.Of(from, to)];
    }

    private static ConditionInput Conditions(RolloutView view, RolloutState state, ClaudeDeploymentStatus status) => new()
    {
        Phase = state.Phase,
        Reason = state.Reason,
        Message = state.Message,
        Invalid = view.Invalid,
        Retired = view.Retired,
        Prompt = view.Prompt,
        Budget = view.Invalid is null ? view.Budget : null,
        Serves = state.Stable is not null || view.Observation.Held is { Stable: not null } or { Weight: 10_000 },
        DeclaredIsStable = view.Target is { } target && state.Stable?.Revision == target.Revision,
        Gates = view.Plan.Gates.Length,
        FailedGate = status.Gates?.FirstOrDefault(g => g.Verdict == Verdict.Fail && g.Revision == view.Target?.Revision)?.Name,
    };
}
