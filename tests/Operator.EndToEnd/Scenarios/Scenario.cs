using Operator.EndToEnd.Harness;
using Operator.LocalCluster;
using Operator.LocalCluster.Controllers;
using Operator.Testing.Clusters;

namespace Operator.EndToEnd.Scenarios;

/// <summary>What the scenarios share: where they run, and how they begin.</summary>
public static class Scenario
{
    /// <summary>The targets of the key scenarios: every private one that this run selects.</summary>
    public static IEnumerable<TheoryDataRow<string>> Targets =>
        ClusterTargets.Selected.Where(t => t.IsPrivate).Select(t => new TheoryDataRow<string>(t.Name));

    /// <summary>Opens a stage on a target.</summary>
    public static async Task<Stage> OnAsync(string target)
    {
        var chosen = ClusterTargets.All.Single(t => t.Name == target);
        if (chosen.UnavailableReason is { } reason) Assert.Skip(reason);
        return await Stage.OpenAsync(new StageOptions { Target = chosen });
    }

    /// <summary>Opens a stage on a local cluster with controllers beside it.</summary>
    public static Task<Stage> WithControllersAsync() => Stage.OpenAsync(new StageOptions
    {
        Cluster = o => o.Controllers = ClusterControllers.GarbageCollector | ClusterControllers.Namespaces,
    });

    /// <summary>Applies quota and first version, and waits until that serves.</summary>
    public static async Task<string> FirstVersionAsync(Stage stage, Func<string, string>? deployment = null)
    {
        deployment ??= version => Manifests.Deployment(version);
        await stage.User.ApplyAsync(Manifests.Quota() + Manifests.Prompt("v1") + deployment("v1"));
        return (await stage.UntilHealthyAsync("v1")).StableRevision!;
    }

    /// <summary>Applies another version, and waits until it is the canary with some weight.</summary>
    public static async Task<string> CanaryAsync(Stage stage, string version = "v2", string weight = "1%", Func<string, string>? deployment = null)
    {
        deployment ??= v => Manifests.Deployment(v);
        await stage.User.ApplyAsync(Manifests.Prompt(version) + deployment(version));
        return (await stage.UntilAsync(d => d.Canary == version && d.Desired == weight, $"{version} at {weight}")).CanaryRevision!;
    }
}
