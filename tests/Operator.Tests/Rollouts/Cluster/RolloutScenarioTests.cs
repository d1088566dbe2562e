using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;

namespace Operator.Tests.Rollouts.Cluster;

public sealed class RolloutScenarioTests : IAsyncLifetime
{
    private const string Canary = """
          canary: {steps: [{weight: 1, hold: 5s}, {weight: 10, hold: 5s, minRequests: 100}]}
          gates: {live: [{metric: errorRate, maxIncrease: 1%}, {metric: latencyP95, max: 18s}]}
        """;

    private RolloutCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await RolloutCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task The_first_version_becomes_healthy_and_tells_it_by_its_conditions()
    {
        await _cluster.PromptAsync("v1", "Sort tickets.");
        await _cluster.DeployAsync("v1", Canary);
        var deployment = await _cluster.UntilAsync(s => s.Phase == Phase.Healthy, "the first version is healthy");
        var held = await _cluster.HeldAsync();
        Assert.Equal(deployment.Status.Stable!.Revision, held!.Stable!.Revision);
        Assert.Equal("Sort tickets.", held.Stable.SystemPrompt);
        Assert.Null(held.Canary);
        Assert.Equal("True", Condition(deployment, "Ready").Status);
        Assert.DoesNotContain(deployment.Status.Conditions!, c => c.Type is "Reconciling" or "Stalled");
        Assert.Equal(deployment.Metadata.Generation, deployment.Status.ObservedGeneration);
        Assert.DoesNotContain("Sort tickets", _cluster.Client.Json.ToNode(deployment.Status).ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(_cluster.Log);
    }

    [Fact]
    public async Task A_new_version_walks_its_steps_and_is_promoted()
    {
        await HealthyAsync();
        await using var record = await WeightRecord.StartAsync(_cluster.Client);
        var limiters = new[] { new PlayedLimiter(), new PlayedLimiter() };
        await _cluster.PromptAsync("v2", "Sort tickets well.");
        await _cluster.DeployAsync("v2", Canary);
        var done = await _cluster.UntilAsync(
            s => s.Phase == Phase.Healthy && s.Stable?.PromptVersion == "v2",
            "v2 is promoted",
            () => LiveAsync(limiters, l => l.Serve(1000)));
        Assert.Equal("2/2", done.Status.GateSummary);
        Assert.Equal(Outcome.Promoted, done.Status.History![0].Outcome);
        Assert.Equal(2, done.Status.Limiters!.Total);
        await RolloutCluster.EventuallyAsync(async () => (await _cluster.HeldAsync())!.Stable!.PromptVersion == "v2", "limiters hold v2 as stable");
        await RolloutCluster.EventuallyAsync(() => Task.FromResult(record.Weights is [.., 0]), "the record ends");
        Assert.Equal([100, 1000, 10_000, 0], record.Weights);
        await RolloutCluster.EventuallyAsync(
            async () => new[] { "RolloutStarted", "StepStarted", "GatePassed", "Promoting", "Promoted" }.All((await _cluster.EventReasonsAsync()).Contains), "events tell it");
        Assert.Empty(_cluster.Log);
    }

    [Fact]
    public async Task A_version_that_fails_under_traffic_is_rolled_back_and_stays_so()
    {
        await HealthyAsync();
        var limiters = new[] { new PlayedLimiter() };
        await _cluster.PromptAsync("v2", "Fail.");
        await _cluster.DeployAsync("v2", Canary);
        var done = await _cluster.UntilAsync(
            s => s.Phase == Phase.RolledBack, "v2 is rolled back", () => LiveAsync(limiters, l => l.Serve(1000, canaryErrors: 1000)));
        Assert.Equal("v1", done.Status.Stable!.PromptVersion);
        Assert.Null(done.Status.Canary);
        Assert.Equal("GateFailed", done.Status.RejectedRevisions![0].Reason);
        Assert.Equal("True", Condition(done, "Stalled").Status);
        Assert.Equal("True", Condition(done, "Available").Status);
        Assert.Equal("False", Condition(done, "GatesPassed").Status);
        var held = await _cluster.HeldAsync();
        Assert.Equal(0, held!.CanaryWeight);
        Assert.Null(held.Canary);
        await RolloutCluster.EventuallyAsync(
            async () => new[] { "GateFailed", "RolledBack" }.All((await _cluster.EventReasonsAsync()).Contains), "events tell it");
    }

    [Fact]
    public async Task A_hand_edit_of_the_limiter_configuration_is_reverted()
    {
        await HealthyAsync();
        var before = await _cluster.HeldAsync();
        var map = (await _cluster.Client.GetAsync<V1ConfigMap>("claude-limiter-triage", RolloutCluster.Namespace))!;
        map.Data![LimiterConfigMap.Key] = map.Data[LimiterConfigMap.Key].Replace("Sort tickets.", "Obey me.", StringComparison.Ordinal);
        await _cluster.Client.UpdateAsync(map);
        await RolloutCluster.EventuallyAsync(
            async () => await _cluster.HeldAsync() is { } held && held.Stable!.SystemPrompt == "Sort tickets." && held.Generation > before!.Generation,
            "the edit is reverted");
        await RolloutCluster.EventuallyAsync(async () => (await _cluster.EventReasonsAsync()).Contains("ConfigurationReverted"), "an event tells it");
    }

    [Fact]
    public async Task A_limiter_configuration_deleted_under_a_canary_is_written_again_with_a_higher_generation()
    {
        await HealthyAsync();
        await _cluster.PromptAsync("v2", "Sort tickets well.");
        await _cluster.DeployAsync("v2", """
              canary: {steps: [{weight: 25}, {pause: {}}]}
            """);
        await _cluster.UntilAsync(s => s.Weight?.Desired?.Text == "25%", "the canary has a quarter");
        await RolloutCluster.EventuallyAsync(async () => await _cluster.HeldAsync() is { CanaryWeight: 2500 }, "limiters hold it");
        var before = await _cluster.HeldAsync();
        await _cluster.Client.DeleteAsync<V1ConfigMap>("claude-limiter-triage", RolloutCluster.Namespace);
        await RolloutCluster.EventuallyAsync(
            async () => await _cluster.HeldAsync() is { CanaryWeight: 2500 } held && held.Generation > before!.Generation, "it is written again");
        var after = await _cluster.HeldAsync();
        Assert.Equal(before!.Stable, after!.Stable);
        Assert.Equal(before.Canary, after.Canary);
    }

    [Fact]
    public async Task A_prompt_that_is_missing_or_ambiguous_changes_nothing_that_serves()
    {
        await HealthyAsync();
        await _cluster.DeployAsync("v9", Canary);
        var missing = await _cluster.UntilAsync(s => s.Reason == "PromptNotFound", "the prompt is missed");
        Assert.Equal("False", Condition(missing, "PromptResolved").Status);
        Assert.Contains("claudeops.dev/prompt-version=v9", Condition(missing, "PromptResolved").Message, StringComparison.Ordinal);
        Assert.Equal("True", Condition(missing, "Reconciling").Status);
        Assert.Equal("v1", (await _cluster.HeldAsync())!.Stable!.PromptVersion);
        await _cluster.PromptAsync("v9", "Nine.");
        await _cluster.UntilAsync(s => s.Canary?.PromptVersion == "v9", "the prompt is found");
    }

    [Fact]
    public async Task Changed_content_under_the_same_version_is_a_new_revision_and_a_warning()
    {
        var first = await HealthyAsync();
        await _cluster.PromptAsync("v1", "Sort tickets otherwise.");
        var second = await _cluster.UntilAsync(
            s => s.Phase == Phase.Healthy && s.Stable!.Revision != first.Status.Stable!.Revision, "the new content is rolled out");
        Assert.Equal("v1", second.Status.Stable!.PromptVersion);
        await RolloutCluster.EventuallyAsync(async () => (await _cluster.EventReasonsAsync()).Contains("PromptChanged"), "a warning tells it");
    }

    [Fact]
    public async Task A_restart_in_the_middle_goes_on_with_the_same_step_and_counts()
    {
        await HealthyAsync();
        await _cluster.PromptAsync("v2", "Sort tickets well.");
        await _cluster.DeployAsync("v2", """
              canary: {steps: [{weight: 10, hold: 5s, minRequests: 100000}]}
            """);
        var limiter = new PlayedLimiter();
        var before = await _cluster.UntilAsync(
            s => s.Reason == "WaitingForRequests" && s.Step?.Counts?.TryGetValue("canary.requests", out var n) == true && n > 500, "requests are counted",
            () => LiveAsync([limiter], l => l.Serve(100)));
        await _cluster.StopOperatorAsync();
        limiter.Serve(50_000);
        await _cluster.StartOperatorAsync();
        var after = await _cluster.UntilAsync(
            s => s.Step?.Counts is { } counts && counts["canary.requests"] >= before.Status.Step!.Counts!["canary.requests"] + 5_000, "the gap is counted",
            () => LiveAsync([limiter], _ => { }));
        Assert.Equal(before.Status.Step!.StartedAt, after.Status.Step!.StartedAt);
        Assert.Equal(before.Status.Canary!.Revision, after.Status.Canary!.Revision);
    }

    private async Task<ClaudeDeployment> HealthyAsync()
    {
        await _cluster.PromptAsync("v1", "Sort tickets.");
        await _cluster.DeployAsync("v1", "");
        var healthy = await _cluster.UntilAsync(s => s.Phase == Phase.Healthy, "the first version is healthy");
        await RolloutCluster.EventuallyAsync(async () => (await _cluster.HeldAsync())?.Stable is not null, "limiters hold it");
        return healthy;
    }

    /// <summary>One round of every limiter: read, serve, report.</summary>
    private async Task LiveAsync(IEnumerable<PlayedLimiter> limiters, Action<PlayedLimiter> serve)
    {
        var held = await _cluster.HeldAsync();
        foreach (var limiter in limiters)
        {
            limiter.Apply(held);
            serve(limiter);
            _cluster.Accept(limiter.Report());
        }
    }

    private static V1Condition Condition(ClaudeDeployment deployment, string type) => deployment.Status.Conditions!.Single(c => c.Type == type);
}
