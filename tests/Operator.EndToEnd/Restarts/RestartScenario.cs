using System.Globalization;
using System.Text.Json.Nodes;
using Operator.EndToEnd.Harness;
using Operator.EndToEnd.Scenarios;

namespace Operator.EndToEnd.Restarts;

/// <summary>A scenario that is played again and again while the operator dies at another point each time.</summary>
internal sealed record RestartScenario(string Name, Func<Stage, Task> PlayAsync)
{
    /// <summary>The variable that asks for every scenario: <c>RESTARTS=all</c>; without it the main ones are played.</summary>
    public const string Variable = "RESTARTS";

    private static readonly RestartScenario[] Main =
    [
        new("promotion", PromotionTests.PlayAsync),
        new("rollback-at-step", SlowVersionTests.PlayAsync),
    ];

    private static readonly RestartScenario[] Further =
    [
        new("rollback-by-eval", WorseVersionTests.PlayAsync),
        new("pause-and-approve", PauseTests.PlayAsync),
        new("abort-of-a-canary", AbortTests.PlayAsync),
        new("abort-after-promotion", AbortTests.PlayAfterPromotionAsync),
        new("retry", RetryTests.PlayAsync),
        new("revert", RevertTests.PlayAsync),
        new("newer-version", RevertTests.PlayNewerAsync),
        new("return-in-the-window", ReturnTests.PlayAsync),
        new("no-traffic", DeadlineTests.PlayAsync),
        new("quota-edit", QuotaTests.PlayEditAsync),
    ];

    /// <summary>Those of this run.</summary>
    public static IEnumerable<RestartScenario> Selected =>
        Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } asked ? Main
        : asked == "all" ? [.. Main, .. Further]
        : [.. Main.Concat(Further).Where(s => asked.Split(',').Contains(s.Name))];

    public override string ToString() => Name;
}

/// <summary>Where the process dies, or loses an answer.</summary>
internal sealed record RestartPoint(OperatorWrite Write, WriteFate Fate)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Fate} at {Write.Target} ({Write.Class}, {Write.Ordinal})");
}

/// <summary>What a run came to.</summary>
internal sealed record RestartOutcome(IReadOnlyList<string> Weights, string End, IReadOnlyList<OperatorWrite> Writes, bool Reached, int Starts)
{
    private const int Settle = 20;

    /// <summary>Plays a scenario.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="point">Where the process is disturbed; null for nowhere.</param>
    public static async Task<RestartOutcome> OfAsync(RestartScenario scenario, RestartPoint? point)
    {
        var reached = 0;
        WriteFate Fate(OperatorWrite write) =>
            point is not null && write == point.Write && Interlocked.Exchange(ref reached, 1) == 0 ? point.Fate : WriteFate.Pass;
        await using var stage = await Stage.OpenAsync(new StageOptions { Fate = Fate, Settles = true });
        await scenario.PlayAsync(stage);
        await stage.PassAsync(TimeSpan.FromSeconds(Settle));
        var first = stage.Processes[0];
        return new RestartOutcome(stage.Sequence(), EndOf(stage), first.Wire.Writes, reached == 1, stage.Processes.Count);
    }

    /// <summary>The end state without times and what is counted by requests.</summary>
    private static string EndOf(Stage stage)
    {
        var d = stage.Deployment();
        static string Text(JsonNode? node) => node?.ToString() ?? "-";
        var lines = new List<string>
        {
            $"phase {d.Phase} {d.Reason}, stable {d.Stable}, canary {d.Canary ?? "-"}, weight {d.Desired}",
            "rejected " + string.Join(" ", d.Rejected.Select(r => $"{Text(r["revision"])[..10]}:{Text(r["reason"])}:{Text(r["attempt"])}")),
            "history " + string.Join(" ", d.History.Select(h => $"{Text(h["promptVersion"])}:{Text(h["outcome"])}:{(h["supersededAt"] is null ? "now" : "former")}")),
            "commands " + string.Join(" ", (d.Status?["commands"] as JsonArray ?? []).Select(c => $"{Text(c!["command"])}={Text(c["value"])}")),
            "conditions " + string.Join(" ", (d.Status?["conditions"] as JsonArray ?? []).Select(c => $"{Text(c!["type"])}={Text(c["status"])}:{Text(c["reason"])}").Order(StringComparer.Ordinal)),
            // What a gate that did not decide had to say depends on the number of requests so far.
            "failed " + string.Join(" ", (d.Status?["gates"] as JsonArray ?? []).Where(g => Text(g!["verdict"]) == "Fail").Select(g => Text(g!["name"]))),
            "limiters " + Harness.Weights.Describe((string?)stage.Record.Find("configmaps", Manifests.Space, "claude-limiter-triage")?["data"]?["deployment.json"]),
            "runs " + string.Join(" ", stage.Record.All("claudeevalruns").Where(r => r["spec"]?["result"] is null).Select(r => $"{Text(r["metadata"]!["name"])}={Text(r["status"]?["verdict"])}")),
            "revisions " + string.Join(" ", stage.Record.All("configmaps").Select(m => Text(m["metadata"]!["name"])).Where(n => n.StartsWith("claude-revision-", StringComparison.Ordinal))),
        };
        return string.Join('\n', lines);
    }
}
