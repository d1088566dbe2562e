namespace Operator.Api;

/// <summary>
/// Commands to a rollout. Each is an annotation on the ClaudeDeployment whose value is a revision, in its short or full form, with
/// an optional suffix <c>/text</c> that makes a repeated command a new one. A command for another revision than the one under way
/// has no effect. Annotations are outside spec and status, so a GitOps re-sync neither undoes nor repeats them.
/// </summary>
public static class Annotations
{
    /// <summary>Skips pauses, holds and the weights before the last; every gate must still pass before the promotion.</summary>
    public const string Promote = "claudeops.dev/promote";

    /// <summary>Approves the pause at which the revision stands.</summary>
    public const string Approve = "claudeops.dev/approve";

    /// <summary>Stops the rollout of the revision; after its promotion, within the rollback window, returns to the former stable.</summary>
    public const string Abort = "claudeops.dev/abort";

    /// <summary>Tries a rejected revision again, with new eval runs.</summary>
    public const string Retry = "claudeops.dev/retry";

    /// <summary>On a ClaudeEvalRun, with any value: stops the run, which gets no verdict. The value is shown as the reason.</summary>
    public const string CancelEval = "claudeops.dev/cancel-eval";

    /// <summary>All commands to a rollout.</summary>
    public static IReadOnlyList<string> Commands { get; } = [Promote, Approve, Abort, Retry];
}
