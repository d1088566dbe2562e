using System.Globalization;
using Operator.Api;
using Operator.Rollouts.Revisions;
using Operator.Runtime.Events;

namespace Operator.Rollouts;

/// <summary>Tells people what happened, as Kubernetes events with typed reasons. Never quotes prompts.</summary>
internal sealed class RolloutEvents(IEventRecorder recorder)
{
    /// <summary>Records what a decision made happen, once it is carried out.</summary>
    public void Record(RolloutView view, RolloutDecision decision, ClaudeDeploymentStatus status, ConfigurationChange? change)
    {
        var deployment = view.Deployment;
        foreach (var gate in status.Gates ?? [])
        {
            var before = deployment.Status.Gates?.FirstOrDefault(g => g.Name == gate.Name && g.Revision == gate.Revision)?.Verdict;
            if (before == gate.Verdict) continue;
            if (gate.Verdict == Verdict.Pass) Normal(deployment, "GatePassed", "Judge", $"{Named(gate)}: {gate.Message}", Subject(gate, status));
            else if (gate.Verdict == Verdict.Fail) Warning(deployment, "GateFailed", "Judge", $"{Named(gate)}: {gate.Message}", Subject(gate, status));
            else if (gate.Verdict == Verdict.EvaluatorError) Warning(deployment, "GateNotEvaluated", "Judge", $"{Named(gate)}: {gate.Message}", Subject(gate, status));
        }
        foreach (var happened in decision.Events)
        {
            if (happened.Reason == "RolloutStarted") PromptChanged(view);
            if (happened.Warning) Warning(deployment, happened.Reason, "Rollout", happened.Message, happened.Subject);
            else Normal(deployment, happened.Reason, "Rollout", happened.Message, happened.Subject);
        }
        if (change is { Reverts: true })
        {
            Warning(deployment, "ConfigurationReverted", "Apply",
                $"ConfigMap {change.Map.Metadata.Name} was changed by somebody else; it is written anew as generation {change.Generation}. Change the ClaudeDeployment instead.");
        }
        if (status.Limiters is { Refusal: { } refusal } && deployment.Status.Limiters?.Refusal is null)
            Warning(deployment, "ConfigurationRefused", "Apply", $"{status.Limiters.Refused} of {status.Limiters.Total} limiters serve the configuration before: {refusal}");
        foreach (var (map, problem) in view.Broken)
        {
            if (view.Session.Warned.Add("broken/" + map.Metadata.Uid))
                Warning(deployment, "RevisionNotLoadable", "Load", $"ConfigMap {map.Metadata.Name} cannot be used: {problem}", map.Metadata.Name);
        }
    }

    /// <summary>Records that a spec is not acted on, once a generation.</summary>
    public void Rejected(ClaudeDeployment deployment, RolloutSession session, string errors)
    {
        if (session.Warned.Add("invalid/" + deployment.Metadata.Generation)) 
            Warning(deployment, "InvalidSpec", "Validate", errors, deployment.Metadata.Generation?.ToString(CultureInfo.InvariantCulture));
    }

    private void PromptChanged(RolloutView view)
    {
        if (view.Target is not { } target) return;
        var former = new[] { view.State.Canary, view.State.Stable }
            .OfType<RevisionRecord>()
            .Where(r => r.PromptVersion == target.PromptVersion && r.PromptDigest != target.PromptDigest)
            .FirstOrDefault(r => !view.Contents.TryGetValue(r.Revision, out var content) || content.PromptName == target.PromptName);
        if (former is null) return;
        Warning(view.Deployment, "PromptChanged", "Resolve",
            $"prompt {target.PromptName} has other content under the same version {target.PromptVersion}: it was {RolloutPolicy.Short(former.PromptDigest)} and is "
            + $"{RolloutPolicy.Short(target.PromptDigest)}; it is rolled out as a new revision. Give changed prompts a version of their own.", target.PromptDigest);
    }

    /// <summary>A gate of a revision, at an attempt and a step: it is judged anew at each.</summary>
    private static string Subject(GateStatus gate, ClaudeDeploymentStatus status) =>
        string.Create(CultureInfo.InvariantCulture, $"{Named(gate)}/{status.Canary?.Attempt}/{status.Step?.Index}");

    private static string Named(GateStatus gate) => $"{RolloutPolicy.Short(gate.Revision ?? "")} {gate.Name}";

    private void Normal(ClaudeDeployment deployment, string reason, string action, string note, string? subject = null) =>
        recorder.Record(deployment, EventType.Normal, reason, action, note, subject: subject);

    private void Warning(ClaudeDeployment deployment, string reason, string action, string note, string? subject = null) =>
        recorder.Record(deployment, EventType.Warning, reason, action, note, subject: subject);
}
