using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Runtime.Conditions;

namespace Operator.Evals.Runs;

/// <summary>The conditions of a run by the kstatus rules: Reconciling and Stalled are there only while they are true.</summary>
internal static class EvalConditions
{
    /// <summary>The run works or waits.</summary>
    public static IList<V1Condition> Working(ClaudeEvalRun run, string reason, string message, DateTimeOffset now) =>
        Of(run, ConditionStatus.False, ConditionTypes.Reconciling, reason, message, now);

    /// <summary>The run has a verdict about the revision.</summary>
    public static IList<V1Condition> Done(ClaudeEvalRun run, string reason, string message, DateTimeOffset now) =>
        Of(run, ConditionStatus.True, null, reason, message, now);

    /// <summary>The run cannot come to a verdict by itself.</summary>
    public static IList<V1Condition> Stalled(ClaudeEvalRun run, string reason, string message, DateTimeOffset now) =>
        Of(run, ConditionStatus.False, ConditionTypes.Stalled, reason, message, now);

    private static List<V1Condition> Of(ClaudeEvalRun run, string ready, string? also, string reason, string message, DateTimeOffset now)
    {
        var conditions = new List<V1Condition> { Make(run, ConditionTypes.Ready, ready, reason, message, now) };
        if (also is not null) conditions.Add(Make(run, also, ConditionStatus.True, reason, message, now));
        return conditions;
    }

    private static V1Condition Make(ClaudeEvalRun run, string type, string status, string reason, string message, DateTimeOffset now)
    {
        var before = run.Status.Conditions?.FirstOrDefault(c => c.Type == type);
        return new V1Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
            ObservedGeneration = run.Metadata.Generation,
            LastTransitionTime = before?.Status == status && before.LastTransitionTime is { } since ? since : now,
        };
    }
}
