using System.Collections.Immutable;
using Operator.Api;

namespace Operator.Rollouts;

/// <summary>Reads the verdicts on a canary.</summary>
internal static class GateResults
{
    /// <summary>The offline gates that must pass before a canary gets a weight.</summary>
    public static ImmutableArray<string> OfflineBefore(RolloutPlan plan, int weight) =>
        [.. plan.Gates.Where(g => !g.Live && g.At <= weight).Select(g => g.Name)];

    /// <summary>The gates that must pass before a canary goes on: every live one if it has traffic, and the offline ones of the next weight.</summary>
    public static ImmutableArray<string> Before(RolloutPlan plan, int weight, bool hasTraffic) =>
        [.. plan.Gates.Where(g => g.Live ? hasTraffic : g.At <= weight).Select(g => g.Name)];

    /// <summary>Whether every one of some gates passed.</summary>
    public static bool AllPass(RolloutTurn turn, ImmutableArray<string> gates) => gates.All(g => VerdictOf(turn, g) == Verdict.Pass);

    /// <summary>The first gate of the plan that shows harm.</summary>
    public static (string Gate, GateVerdict Verdict)? Failed(RolloutTurn turn)
    {
        foreach (var gate in turn.Plan.Gates)
        {
            if (turn.Seen.Verdicts.TryGetValue(gate.Name, out var verdict) && verdict.Verdict == Verdict.Fail) return (gate.Name, verdict);
        }
        return null;
    }

    /// <summary>Counts a gate that passed as progress.</summary>
    public static void CountProgress(RolloutTurn turn)
    {
        var passed = turn.Plan.Gates.Count(g => VerdictOf(turn, g.Name) == Verdict.Pass);
        if (passed > turn.State.PassedGates) turn.State = turn.State with { PassedGates = passed, LastProgressAt = turn.Now };
    }

    /// <summary>Names the gates that did not pass, with what they say.</summary>
    public static string Describe(RolloutTurn turn, ImmutableArray<string> gates)
    {
        var open = gates.Where(g => VerdictOf(turn, g) != Verdict.Pass)
            .Select(g => turn.Seen.Verdicts.TryGetValue(g, out var v) ? $"{g} ({v.Verdict}: {v.Message})" : $"{g} (no result yet)");
        return string.Join(", ", open);
    }

    private static Verdict? VerdictOf(RolloutTurn turn, string gate) =>
        turn.Seen.Verdicts.TryGetValue(gate, out var verdict) ? verdict.Verdict : null;
}
