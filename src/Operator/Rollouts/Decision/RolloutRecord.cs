using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>
/// Keeps a rollout's memory in the deployment's status. Reading what was written gives the same state back, so that a restart, a new
/// leader or a person who reads the resource knows exactly what the operator knew.
/// </summary>
internal static class RolloutRecord
{
    /// <summary>Reads the memory.</summary>
    public static RolloutState Read(ClaudeDeploymentStatus status)
    {
        var canary = Read(status.Canary);
        var step = status.Step;
        return new RolloutState
        {
            Stable = Read(status.Stable),
            Canary = canary,
            Attempt = status.Canary?.Attempt ?? 0,
            // A way that this version does not know is the longest one: no gate is left out.
            Route = (status.Canary?.Route).Known() ?? RolloutRoute.Gated,
            Weight = canary is not null && status.Weight?.Desired is { } desired && desired.TryGetBasisPoints(out var weight) ? weight : 0,
            // Decided anew each time; one that this version does not know is as good as none.
            Phase = status.Phase.Known() ?? Phase.Pending,
            Reason = status.Reason ?? "",
            Message = status.Message ?? "",
            Step = canary is null || step?.Index is not { } index ? -1 : index >= step.Of ? RolloutState.PromotionStep : index,
            StepStartedAt = step?.StartedAt,
            AcknowledgedAt = step?.AcknowledgedAt,
            LastProgressAt = step?.LastProgressAt,
            PassedGates = step?.PassedGates ?? 0,
            Rejected = [.. (status.RejectedRevisions ?? []).Select(Read)],
            // An outcome that this version does not know is none that it could go back to, nor could it write it again.
            History = [.. (status.History ?? []).Where(h => Enum.IsDefined(h.Outcome)).Select(Read)],
            Commands = [.. (status.Commands ?? []).Select(c => new ActedCommand(c.Command, c.Value, c.At ?? default))],
        };
    }

    /// <summary>Writes the memory; what belongs to other parts of the status is left as it is.</summary>
    public static void Write(RolloutState state, RolloutPlan plan, ClaudeDeploymentStatus status)
    {
        status.Stable = Write(state.Stable);
        status.Canary = Write(state.Canary);
        if (status.Canary is { } canary)
        {
            canary.Attempt = state.Attempt == 0 ? null : state.Attempt;
            canary.Route = state.Route == RolloutRoute.Gated ? null : state.Route;
        }
        status.Weight ??= new WeightStatus();
        status.Weight.Desired = Percent.FromBasisPoints(state.Weight);
        status.Phase = state.Phase;
        status.Reason = state.Reason;
        status.Message = state.Message;
        status.Step = state.Canary is null ? null : new StepStatus
        {
            // No index before the first step: tables would show a -1 that says nothing to anybody.
            Index = state.IsPromoting ? plan.Steps.Length : state.Step < 0 ? null : state.Step,
            Of = plan.Steps.Length,
            StartedAt = state.StepStartedAt,
            AcknowledgedAt = state.AcknowledgedAt,
            LastProgressAt = state.LastProgressAt,
            PassedGates = state.PassedGates,
        };
        status.RejectedRevisions = NullIfEmpty(state.Rejected.Select(Write));
        status.History = NullIfEmpty(state.History.Select(Write));
        status.Commands = NullIfEmpty(state.Commands.Select(c => new Api.CommandRecord { Command = c.Command, Value = c.Value, At = c.At }));
    }

    private static RevisionRecord? Read(RevisionStatus? revision) => revision is null
        ? null
        : new RevisionRecord(revision.Revision, revision.Model ?? "", revision.PromptVersion ?? "", revision.PromptDigest ?? "", revision.Since ?? default);

    private static RevisionStatus? Write(RevisionRecord? revision) => revision is null
        ? null
        : new RevisionStatus
        {
            Revision = revision.Revision,
            Model = revision.Model,
            PromptVersion = revision.PromptVersion,
            PromptDigest = revision.PromptDigest,
            Since = revision.Since,
        };

    private static RejectedRecord Read(RejectedRevision rejected) =>
        new(rejected.Revision, rejected.Reason, rejected.Message ?? "", rejected.Attempt ?? 0, rejected.At ?? default);

    private static RejectedRevision Write(RejectedRecord rejected) => new()
    {
        Revision = rejected.Revision,
        Reason = rejected.Reason,
        Message = rejected.Message,
        Attempt = rejected.Attempt == 0 ? null : rejected.Attempt,
        At = rejected.At,
    };

    private static HistoryRecord Read(HistoryEntry entry) => new(
        new RevisionRecord(entry.Revision, entry.Model ?? "", entry.PromptVersion ?? "", entry.PromptDigest ?? "", entry.Since ?? default),
        entry.Outcome,
        entry.Message ?? "",
        entry.At ?? default,
        entry.SupersededAt);

    private static HistoryEntry Write(HistoryRecord entry) => new()
    {
        Revision = entry.Revision.Revision,
        Model = entry.Revision.Model,
        PromptVersion = entry.Revision.PromptVersion,
        PromptDigest = entry.Revision.PromptDigest,
        Since = entry.Revision.Since,
        Outcome = entry.Outcome,
        Message = entry.Message,
        At = entry.At,
        SupersededAt = entry.SupersededAt,
    };

    private static List<T>? NullIfEmpty<T>(IEnumerable<T> items)
    {
        var list = items.ToList();
        return list.Count == 0 ? null : list;
    }
}
