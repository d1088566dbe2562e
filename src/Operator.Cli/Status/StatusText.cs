using Operator.Api;

namespace Operator.Cli.Status;

/// <summary>A rollout in words.</summary>
internal static class StatusText
{
    /// <summary>One line.</summary>
    public static string Line(ClaudeDeployment deployment)
    {
        var status = deployment.Status ?? new ClaudeDeploymentStatus();
        var canary = status.Canary is { } c ? $", canary {Version(c)} at {status.Weight?.Desired?.ToString() ?? "0%"}" : "";
        return $"{status.Phase?.ToString() ?? "Pending"}: stable {(status.Stable is { } stable ? Version(stable) : "none")}{canary}{(status.Message is { Length: > 0 } message ? $"; {message}" : "")}";
    }

    /// <summary>Everything that matters now.</summary>
    public static void Write(TextWriter output, ClaudeDeployment deployment)
    {
        var status = deployment.Status ?? new ClaudeDeploymentStatus();
        output.WriteLine($"{deployment.Metadata.NamespaceProperty}/{deployment.Metadata.Name}   {status.Phase?.ToString() ?? "Pending"}");
        if (status.Message is { Length: > 0 } message) output.WriteLine($"  {message}");
        output.WriteLine($"  stable    {(status.Stable is { } stable ? Version(stable) : "none")}");
        if (status.Canary is { } canary)
        {
            output.WriteLine($"  canary    {Version(canary)}");
            output.WriteLine($"  weight    {status.Weight?.Desired?.ToString() ?? "-"} desired, {status.Weight?.Acknowledged?.ToString() ?? "-"} in every limiter, {status.Weight?.Observed?.ToString() ?? "-"} observed");
            if (status.Step is { Of: > 0 } step) output.WriteLine($"  step      {Step(step)}");
            foreach (var line in status.Diff ?? []) output.WriteLine($"  changes   {line}");
        }
        foreach (var gate in status.Gates ?? [])
            output.WriteLine($"  gate      {gate.Name}: {gate.Verdict}{(gate.Message is { Length: > 0 } why ? $" ({why})" : "")}");
        if (status.Limiters is { } limiters) output.WriteLine($"  limiters  {limiters.Current} of {limiters.Total} hold the newest configuration");
        if (status.Limiters?.Refusal is { } refusal) output.WriteLine($"  refused   by {status.Limiters.Refused}; {refusal}");
        if (status.Throttle is { State: not ThrottleState.Clear } throttle) output.WriteLine($"  quota     {throttle.State}{(throttle.Cause is { } cause ? $": {cause}" : "")}");
        foreach (var rejected in status.RejectedRevisions ?? [])
            output.WriteLine($"  rejected  {Short(rejected.Revision)}: {rejected.Message ?? rejected.Reason}");
    }

    private static string Step(StepStatus step) => step.Index switch
    {
        null or < 0 => $"before the first of {step.Of}",
        { } index when index >= step.Of => $"past the last of {step.Of}",
        { } index => $"{index + 1} of {step.Of}",
    };

    private static string Version(RevisionStatus revision) => $"{revision.PromptVersion} ({Short(revision.Revision)}, {revision.Model})";

    private static string Short(string revision) => revision.Length > 10 ? revision[..10] : revision;
}
