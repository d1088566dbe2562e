using Operator.Api;
using Operator.Cli.Local.Platform;

namespace Operator.Cli.Local.Stories;

/// <summary>The parts that stories are made of; each checks what it must show.</summary>
internal static class Chapters
{
    /// <summary>A good version walks through every step and is promoted.</summary>
    public static async Task PromoteAsync(StoryStage stage, bool restart, CancellationToken cancellationToken)
    {
        var before = stage.Weights.Sequence.Count;
        await stage.ShipAsync("v15", cancellationToken);
        if (restart)
        {
            await LocalPlatform.UntilAsync(() => Task.FromResult(stage.Weights.Sequence.Contains("v14+v15@10%")), "the first step", cancellationToken);
            await stage.RestartOperatorAsync(cancellationToken);
        }
        await stage.UntilAsync(d => d.Status is { Phase: Phase.Healthy, Stable.PromptVersion: "v15" }, "v15 to be promoted", cancellationToken);
        await stage.Weights.SeesAsync("v15", cancellationToken);
        var walked = string.Join(" → ", stage.Weights.Sequence.Skip(before - 1));
        stage.Check("v15 is promoted through every step", walked == "v14 → v14+v15@10% → v14+v15@50% → v14+v15@100% → v15", walked);
    }

    /// <summary>A worse version is rolled back by its eval before any traffic.</summary>
    public static async Task FailEvalAsync(StoryStage stage, CancellationToken cancellationToken)
    {
        var before = stage.Weights.Sequence.Count;
        await stage.ShipAsync("v16", cancellationToken);
        var ended = await stage.UntilAsync(d => d.Status!.Phase == Phase.RolledBack && Rejects(d, "v16"), "v16 to be rolled back", cancellationToken);
        var after = stage.Weights.Sequence.Skip(before).ToList();
        stage.Check("v16 is rolled back by its eval at weight 0", after.Count == 0 && (ended.Status!.Message ?? "").Contains("golden", StringComparison.Ordinal),
            $"{ended.Status!.Message}; traffic {(after.Count == 0 ? "unchanged" : string.Join(" → ", after))}");
    }

    /// <summary>A slow version is rolled back by what its first users measured.</summary>
    public static async Task FailLatencyAsync(StoryStage stage, CancellationToken cancellationToken)
    {
        var stable = stage.Weights.Sequence[^1];
        var before = stage.Weights.Sequence.Count;
        await stage.ShipAsync("v17", cancellationToken);
        var ended = await stage.UntilAsync(d => d.Status!.Phase == Phase.RolledBack && Rejects(d, "v17"), "v17 to be rolled back", cancellationToken);
        await stage.Weights.SeesAsync(stable, cancellationToken);
        var walked = string.Join(" → ", stage.Weights.Sequence.Skip(before));
        stage.Check("v17 is rolled back by latency",
            walked == $"{stable}+v17@10% → {stable}" && (ended.Status!.Message ?? "").Contains("latencyP95", StringComparison.Ordinal), $"{ended.Status!.Message}; {walked}");
    }

    /// <summary>Users want more than the organization may use.</summary>
    public static async Task OverloadAsync(StoryStage stage, CancellationToken cancellationToken)
    {
        const double Load = 5;
        if (stage.Platform.Claude is not { } claude) return;
        var throttled = claude.Ledger.Totals(k => k.Outcome == MockClaude.Ledger.RequestOutcome.RateLimited).Requests;
        stage.Say($"users ask {Load} times as much as usual");
        stage.Platform.Users.Load = Load;
        await Task.Delay(TimeSpan.FromSeconds(12), cancellationToken);
        var from = DateTimeOffset.UtcNow;
        var pressed = TimeSpan.FromSeconds(20);
        await Task.Delay(pressed, cancellationToken);
        var rate = MockJudge.Rate(claude, from, DateTimeOffset.UtcNow);
        var state = (string?)(await stage.QuotaAsync("platform", "organization", cancellationToken))?["status"]?["throttle"]?["state"];
        stage.Platform.Users.Load = 1;
        var used = rate * 60 / MockJudge.RequestsPerMinute;
        stage.Check("the quota is pressed to its limit", used >= 0.9, $"{used:P1} of the limit was used over {pressed.TotalSeconds:0} s, throttle state {state}");
        var count = MockJudge.Count(claude);
        stage.Check("and never over, by the mock's count", count.RateLimited == throttled && count.WorstMinute <= 1.0,
            $"{count.RateLimited - throttled} requests refused by the API, worst whole minute {count.WorstMinute:P1} of the limit");
        stage.Check("the quota says so", state is nameof(ThrottleState.Throttled), $"throttle state {state}");
    }

    private static bool Rejects(ClaudeDeployment deployment, string version) =>
        deployment.Spec.Prompt?.Version == version && deployment.Status!.Canary is null && deployment.Status.Stable?.PromptVersion != version;
}
