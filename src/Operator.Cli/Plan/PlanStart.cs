using Operator.Api;
using Operator.Contract;
using Operator.Rollouts;
using Operator.Rollouts.Revisions;

namespace Operator.Cli.Plan;

/// <summary>What an apply does to the revisions of a deployment.</summary>
internal enum PlanStart
{
    /// <summary>The prompt is not at hand, so nobody can say which revision it is.</summary>
    Unknown,

    /// <summary>Nothing serves yet: offline gates, then all traffic.</summary>
    First,

    /// <summary>The revision serves already.</summary>
    Unchanged,

    /// <summary>The spec returns to what serves while another revision is rolled out.</summary>
    Cancels,

    /// <summary>The revision is being rolled out already.</summary>
    UnderWay,

    /// <summary>The revision failed before and is not tried again by itself.</summary>
    Rejected,

    /// <summary>A revision of the rollback window: all traffic at once, without gates.</summary>
    Returns,

    /// <summary>A rollout through gates and steps.</summary>
    Rollout,
}

/// <summary>Foretells how the operator takes a declared revision. Pure.</summary>
internal static class PlanForecast
{
    /// <summary>What happens.</summary>
    /// <param name="plan">The plan of the declared spec.</param>
    /// <param name="status">The status as it is; null when there is none.</param>
    /// <param name="declared">The declared revision; null when its prompt is not at hand.</param>
    /// <param name="now">The time, for the rollback window.</param>
    public static PlanStart Of(RolloutPlan plan, ClaudeDeploymentStatus? status, string? declared, DateTimeOffset now)
    {
        if (status?.Stable is not { Revision: var stable }) return PlanStart.First;
        if (declared is null) return PlanStart.Unknown;
        if (declared == stable) return status.Canary is null ? PlanStart.Unchanged : PlanStart.Cancels;
        if (status.Canary?.Revision == declared) return PlanStart.UnderWay;
        if (status.RejectedRevisions?.Any(r => r.Revision == declared) == true) return PlanStart.Rejected;
        var window = (status.History ?? [])
            .Where(h => h is { Outcome: Outcome.Promoted, SupersededAt: not null } && h.Revision != stable)
            .OrderByDescending(h => h.SupersededAt).DistinctBy(h => h.Revision).Take(plan.WindowRevisions);
        return window.Any(h => h.Revision == declared && now - h.SupersededAt < plan.WindowAge) ? PlanStart.Returns : PlanStart.Rollout;
    }

    /// <summary>What the revision changes, a line each; prompts by digest, as the operator tells it.</summary>
    public static IReadOnlyList<string> Changes(RevisionStatus? stable, RevisionConfiguration? declared, ClaudeDeploymentSpec spec)
    {
        var lines = new List<string>();
        Add("model", stable?.Model, spec.Model);
        Add("prompt.version", stable?.PromptVersion, spec.Prompt.Version);
        if (declared is not null) Add("prompt.content", Short(stable?.PromptDigest), Short(declared.PromptDigest));
        if (declared is not null && stable is not null && lines.Count == 0 && declared.Revision != stable.Revision) lines.Add("parameters, or the prompt's name");
        return lines;

        void Add(string field, string? from, string? to)
        {
            if (from != to) lines.Add($"{field}: {from ?? "unset"} -> {to ?? "unset"}");
        }
    }

    private static string? Short(string? digest) => digest is null ? null : RolloutPolicy.Short(digest);
}
