using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Revisions;

namespace Operator.Rollouts.Status;

/// <summary>
/// The conditions of a ClaudeDeployment. Ready, Reconciling and Stalled follow kstatus: Ready is there always; Reconciling and Stalled
/// are there only while they are true, and never both.
/// </summary>
internal static class RolloutConditions
{
    private const string True = "True";
    private const string False = "False";
    private const string Unknown = "Unknown";
    private const int LongestMessage = 1024;

    // In the order in which people read them.
    private static readonly string[] Order =
    [
        ConditionTypes.Ready, ConditionTypes.Reconciling, ConditionTypes.Stalled, ConditionTypes.Available, ConditionTypes.Accepted,
        ConditionTypes.PromptResolved, ConditionTypes.QuotaBound, ConditionTypes.ModelSupported, ConditionTypes.GatesPassed, ConditionTypes.Throttled,
    ];

    /// <summary>The conditions, with the times of transitions taken over from those before.</summary>
    /// <param name="input">What they follow from.</param>
    /// <param name="before">The conditions so far; foreign types are kept.</param>
    /// <param name="generation">The observed generation.</param>
    /// <param name="now">The time, in whole seconds.</param>
    public static IList<V1Condition> Of(ConditionInput input, IEnumerable<V1Condition>? before, long? generation, DateTimeOffset now)
    {
        var known = (before ?? []).ToList();
        List<V1Condition> result = [.. known.Where(c => !Order.Contains(c.Type))];
        result.AddRange(Stated(input).Select(c => new V1Condition
        {
            Type = c.Type,
            Status = c.Status,
            Reason = c.Reason,
            Message = c.Message.Length <= LongestMessage ? c.Message : string.Concat(c.Message.AsSpan(0, LongestMessage - 1), "…"),
            ObservedGeneration = generation,
            LastTransitionTime = known.Find(k => k.Type == c.Type) is { LastTransitionTime: { } since } same && same.Status == c.Status ? since : now,
        }));
        return result;
    }

    /// <summary>Whether only a person can bring the deployment nearer to its declared state.</summary>
    public static bool IsStalled(ConditionInput input) => input switch
    {
        { Invalid: not null } => true,
        { Phase: Phase.RolledBack or Phase.Held or Phase.Degraded } => true,
        // What may still be applied, as in one sync with this deployment, is waited for.
        { Phase: Phase.Pending, Prompt: PromptResolution.Failed { Reason: PromptReasons.NotFound } } => false,
        { Phase: Phase.Pending, Budget: { Refusal: not null, MayResolve: true } } => false,
        { Phase: Phase.Pending } => true,
        _ => false,
    };

    private static IEnumerable<(string Type, string Status, string Reason, string Message)> Stated(ConditionInput input)
    {
        var isReady = input is { Phase: Phase.Healthy, Invalid: null };
        var reason = input.Invalid is null ? Word(input.Reason, input.Phase.ToString()) : "InvalidSpec";
        var message = input.Invalid ?? input.Message;
        yield return (ConditionTypes.Ready, isReady ? True : False, reason, message);
        var isStalled = IsStalled(input);
        if (isStalled) yield return (ConditionTypes.Stalled, True, reason, message);
        else if (!isReady) yield return (ConditionTypes.Reconciling, True, reason, message);
        yield return input.Serves
            ? (ConditionTypes.Available, True, "Serving", "limiters hold a revision that serves")
            : (ConditionTypes.Available, False, "NoRevision", "no revision has passed its gates yet");
        yield return input.Invalid is null
            ? (ConditionTypes.Accepted, True, "Valid", "")
            : (ConditionTypes.Accepted, False, "InvalidSpec", input.Invalid);
        yield return Prompt(input.Prompt);
        yield return Quota(input.Budget);
        yield return input.Retired is { } retired
            ? (ConditionTypes.ModelSupported, False, "ModelRetired", retired)
            : input.Budget?.Model is { } model
            ? (ConditionTypes.ModelSupported, model.IsSupported ? True : False, Word(model.Reason, "Unsupported"), model.Message)
            : (ConditionTypes.ModelSupported, Unknown, "NotChecked", "the spec is not valid");
        yield return Gates(input);
        yield return Throttle(input.Budget?.Throttle);
    }

    private static (string, string, string, string) Prompt(PromptResolution? prompt) => prompt switch
    {
        PromptResolution.Found found => (ConditionTypes.PromptResolved, True, "Resolved", $"version {found.Version}, content {RolloutPolicy.Short(found.Digest)}"),
        PromptResolution.Failed failed => (ConditionTypes.PromptResolved, False, failed.Reason, failed.Message),
        _ => (ConditionTypes.PromptResolved, Unknown, "NotChecked", "the spec is not valid"),
    };

    private static (string, string, string, string) Quota(RolloutBudget? budget) => budget switch
    {
        null => (ConditionTypes.QuotaBound, Unknown, "NotChecked", "the spec is not valid"),
        { Refusal: { } refusal } => (ConditionTypes.QuotaBound, False, Word(refusal, "Refused"), budget.Message),
        _ => (ConditionTypes.QuotaBound, True, "Bound", budget.Message),
    };

    private static (string, string, string, string) Gates(ConditionInput input)
    {
        if (input.DeclaredIsStable) return (ConditionTypes.GatesPassed, True, "Promoted", "the declared revision is stable");
        if (input.FailedGate is { } gate) return (ConditionTypes.GatesPassed, False, "GateFailed", $"gate {gate} failed");
        if (input.Phase is Phase.RolledBack or Phase.Held or Phase.RollingBack or Phase.Degraded)
            return (ConditionTypes.GatesPassed, False, Word(input.Reason, "NotPassed"), input.Message);
        return input.Phase switch
        {
            Phase.Pending => (ConditionTypes.GatesPassed, Unknown, "NotStarted", "there is no revision to judge yet"),
            Phase.Promoting => (ConditionTypes.GatesPassed, True, "Passed", input.Message),
            _ when input.Gates == 0 => (ConditionTypes.GatesPassed, True, "NoGates", "the spec declares no gates"),
            _ => (ConditionTypes.GatesPassed, Unknown, "Judging", input.Message),
        };
    }

    private static (string, string, string, string) Throttle(ThrottleStatus? throttle) => throttle switch
    {
        null => (ConditionTypes.Throttled, Unknown, "NotMeasured", ""),
        { State: ThrottleState.Clear or ThrottleState.Pressed } => (ConditionTypes.Throttled, False, throttle.State.ToString(), throttle.Cause ?? ""),
        _ => (ConditionTypes.Throttled, True, throttle.State.ToString(), throttle.Cause ?? ""),
    };

    private static string Word(string? reason, string otherwise) => string.IsNullOrEmpty(reason) ? otherwise : reason;
}
