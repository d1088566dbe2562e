using Operator.Kubernetes.Models;

namespace Operator.Injection;

/// <summary>What became of a pod.</summary>
public enum InjectionOutcome
{
    /// <summary>The pod has a limiter.</summary>
    Injected,

    /// <summary>Neither the pod nor a deployment asks for a limiter.</summary>
    NotRequested,

    /// <summary>A limiter was asked for and cannot be given; the pod starts without one.</summary>
    Refused,
}

/// <summary>The pod with its limiter, or why it has none.</summary>
/// <param name="Outcome">What became of the pod.</param>
/// <param name="Pod">The changed pod; null unless it was injected.</param>
/// <param name="Reason">Why there is no limiter, in one CamelCase word; null when it was injected.</param>
/// <param name="Message">The same in a sentence that says what to do.</param>
/// <param name="Warnings">What whoever made the pod should know.</param>
public sealed record InjectionResult(
    InjectionOutcome Outcome, V1Pod? Pod, string? Reason, string Message, IReadOnlyList<string> Warnings)
{
    internal static InjectionResult NotRequested(string reason, string message) =>
        new(InjectionOutcome.NotRequested, null, reason, message, []);

    internal static InjectionResult Refused(string reason, string message, params IEnumerable<string> warnings) =>
        new(InjectionOutcome.Refused, null, reason, message, [.. warnings]);

    internal static InjectionResult Injected(V1Pod pod, IReadOnlyList<string> warnings) =>
        new(InjectionOutcome.Injected, pod, null, "", warnings);
}
