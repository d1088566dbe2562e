namespace Operator.Api;

/// <summary>Annotations and labels of pods that have to do with their limiter.</summary>
public static class InjectionMarks
{
    /// <summary>
    /// Annotation by users: the names of the pod's ClaudeDeployments with commas between. Without it a pod gets those whose
    /// workloadSelector chooses it, or else all of its namespace.
    /// </summary>
    public const string Deployments = "claudeops.dev/deployments";

    /// <summary>Annotation by the operator: the pod has a limiter; the value is a digest of how it was rendered.</summary>
    public const string Injected = "claudeops.dev/injected";

    /// <summary>Annotation by the operator: the pod asked for a limiter and got none; the value says why.</summary>
    public const string Refused = "claudeops.dev/injection-refused";

    /// <summary>Label by the operator on pods that have a limiter.</summary>
    public const string Limiter = "claudeops.dev/limiter";

    /// <summary>The value of <see cref="Limiter"/>.</summary>
    public const string LimiterValue = "injected";
}
