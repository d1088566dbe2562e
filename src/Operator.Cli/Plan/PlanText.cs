using System.Globalization;
using Operator.Api;
using Operator.Rollouts;

namespace Operator.Cli.Plan;

/// <summary>The plan of one deployment in words.</summary>
internal static class PlanText
{
    /// <summary>What happens, in a sentence.</summary>
    public static string Headline(PlanStart start, string version, string name) => start switch
    {
        PlanStart.First => $"{version} is the first revision: its offline gates run, then it takes all traffic",
        PlanStart.Unchanged => $"no rollout: {version} serves already",
        PlanStart.Cancels => $"no rollout: {version} serves already; the rollout under way is cancelled",
        PlanStart.UnderWay => $"no new rollout: {version} is being rolled out already, and goes on by the steps and gates below",
        PlanStart.Rejected => $"no rollout: {version} was rejected before. To try it again, apply and then: kubectl claude retry {name}",
        PlanStart.Returns => $"{version} served before and is inside the rollback window: it takes all traffic at once, without gates",
        PlanStart.Unknown => $"whether a rollout of {version} starts cannot be said without its prompt; if it does, it goes as follows",
        _ => $"a rollout of {version} starts",
    };

    /// <summary>Whether the steps matter.</summary>
    public static bool HasSteps(PlanStart start) => start is PlanStart.First or PlanStart.UnderWay or PlanStart.Rollout or PlanStart.Unknown;

    /// <summary>The steps, a line each.</summary>
    public static IEnumerable<string> Steps(PlanStart start, ClaudeDeploymentSpec spec, RolloutPlan plan)
    {
        foreach (var gate in spec.Gates?.Evals ?? []) yield return Offline(gate, start == PlanStart.First);
        var steps = start == PlanStart.First ? [] : plan.Steps;
        foreach (var step in steps)
        {
            yield return step switch
            {
                { Weight: { } weight } => $"{Percent.FromBasisPoints(weight)} of traffic for at least {GoDuration.From(step.Hold ?? TimeSpan.Zero)}"
                    + (step.MinRequests > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {step.MinRequests} requests") : ""),
                { Hold: { } hold } => $"pause of {GoDuration.From(hold)}",
                _ => "pause until somebody approves: kubectl claude approve",
            };
        }
        if (steps.Length > 0 && spec.Gates?.Live is { Count: > 0 } live)
            yield return "all the while, live: " + string.Join(", ", live.Select(Live));
        yield return "all traffic, once every gate has passed";
        if (start == PlanStart.First) yield break;
        var fails = plan.OnFailure == OnFailure.Automatic ? "rolls back by itself" : "holds and waits for a person";
        yield return $"when a gate fails, it {fails}; without progress for {GoDuration.From(plan.ProgressDeadline)}, it rolls back";
    }

    /// <summary>The shortest time that a rollout can take, offline evals and approvals aside.</summary>
    public static TimeSpan Shortest(RolloutPlan plan) => plan.Steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + (step.Hold ?? TimeSpan.Zero));

    private static string Offline(EvalGate gate, bool first)
    {
        var by = gate switch
        {
            { Suite: { } suite } => $"suite {suite.ConfigMap}",
            { Http: { } http } => http.Url,
            { Job: { } job } => $"job from CronJob {job.FromCronJob}",
            _ => "a result that CI submits",
        };
        string?[] bounds =
        [
            gate.PassRate is { } rate ? $"at least {rate} pass" : null,
            gate.MaxRegression is { } regression && !first ? $"at most {regression} worse than stable" : null,
            gate.Slices?.Worst is { } worst ? $"every slice at least {worst}" : null,
        ];
        var when = gate.At is { } at && !first ? $"before {at}" : "before any traffic";
        return $"eval {gate.Name} {when}: {by}{string.Concat(bounds.Where(b => b is not null).Select(b => ", " + b))}";
    }

    private static string Live(LiveGateSpec gate)
    {
        var metric = Operator.Rollouts.Gates.LiveMetricDefinition.Of(gate.Metric).Name;
        return gate switch
        {
            { MaxIncrease: { } increase } => $"{metric} at most {increase} above stable",
            { Max: { } max } => $"{metric} at most {max}",
            _ => $"{metric} at least {gate.Min}",
        };
    }
}
