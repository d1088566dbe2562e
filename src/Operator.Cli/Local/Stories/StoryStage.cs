using System.Text.Json.Nodes;
using Operator.Api;
using Operator.Cli.Local.Platform;
using Operator.Kubernetes.Models;

namespace Operator.Cli.Local.Stories;

/// <summary>What a story acts on, and where it tells what happens. Safe for concurrent use.</summary>
internal sealed class StoryStage(LocalPlatform platform, Action<string> tell)
{
    /// <summary>The namespace of the deployment that stories are about.</summary>
    public const string Space = "support";

    /// <summary>The deployment that stories are about.</summary>
    public const string Name = "ticket-triage";

    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly List<StoryEvent> _events = [];
    private readonly List<StoryCheck> _checks = [];

    /// <summary>The cluster with everything in it.</summary>
    public LocalPlatform Platform => platform;

    /// <summary>Who served, in order.</summary>
    public WeightRecorder Weights { get; } = new(platform.Client, Space, Name);

    /// <summary>How long the story takes.</summary>
    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>What happened.</summary>
    public IReadOnlyList<StoryEvent> Events
    {
        get { lock (_gate) return [.. _events]; }
    }

    /// <summary>What was shown.</summary>
    public IReadOnlyList<StoryCheck> Checks
    {
        get { lock (_gate) return [.. _checks]; }
    }

    /// <summary>Tells something.</summary>
    public void Say(string what)
    {
        lock (_gate) _events.Add(new StoryEvent(Math.Round(Elapsed.TotalSeconds, 1), what));
        tell(what);
    }

    /// <summary>Judges something that must hold.</summary>
    public void Check(string name, bool holds, string saw)
    {
        lock (_gate) _checks.Add(new StoryCheck(name, holds, saw));
        tell($"{(holds ? "✓" : "✗")} {name}: {saw}");
    }

    /// <summary>The deployment as it is.</summary>
    public Task<ClaudeDeployment?> DeploymentAsync(CancellationToken cancellationToken) =>
        platform.Client.GetAsync<ClaudeDeployment>(Name, Space, cancellationToken);

    /// <summary>Waits until the deployment is as wanted.</summary>
    public async Task<ClaudeDeployment> UntilAsync(Func<ClaudeDeployment, bool> condition, string what, CancellationToken cancellationToken)
    {
        ClaudeDeployment? seen = null;
        try
        {
            await LocalPlatform.UntilAsync(async () => (seen = await DeploymentAsync(cancellationToken)) is { Status: not null } d && condition(d), what, cancellationToken);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"{error.Message}; {Name} is {seen?.Status?.Phase}: {seen?.Status?.Message}");
        }
        return seen!;
    }

    /// <summary>Declares another version of the prompt, as a user would.</summary>
    public async Task ShipAsync(string version, CancellationToken cancellationToken)
    {
        Say($"kubectl apply: prompt {version}");
        var document = EmbeddedManifests.Read("local.deployments").First(d => (string?)d["metadata"]?["name"] == Name);
        document["spec"]!["prompt"]!["version"] = version;
        await platform.ApplyAsync(document, cancellationToken);
        await UntilAsync(d => d.Status!.ObservedGeneration == d.Metadata.Generation, "the operator to see the change", cancellationToken);
    }

    /// <summary>Waits until the first version serves and all limiters have it.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await UntilAsync(d => d.Status!.Phase == Phase.Healthy && d.Status.Stable?.PromptVersion == "v14", "v14 to be healthy", cancellationToken);
        await UntilAsync(d => d.Status!.Limiters is { Total: >= 3 } l && l.Current == l.Total, "three limiters that hold the configuration", cancellationToken);
        platform.Users.Load = 1;
        Say("v14 is healthy, its limiters are connected, users are served");
    }

    /// <summary>Ends every replica of the operator; the cluster starts others.</summary>
    public async Task RestartOperatorAsync(CancellationToken cancellationToken)
    {
        var pods = await platform.Client.ListAsync<V1Pod>(
            new Kubernetes.ListOptions { Namespace = "claude-operator-system", LabelSelector = "app.kubernetes.io/component=manager" }, cancellationToken);
        foreach (var pod in pods.Items) await platform.Client.DeleteAsync<V1Pod>(pod.Metadata.Name!, pod.Metadata.NamespaceProperty, cancellationToken: cancellationToken);
        Say("both replicas of the operator were deleted in the middle of the rollout");
    }

    /// <summary>A quota as it is.</summary>
    public Task<JsonObject?> QuotaAsync(string space, string name, CancellationToken cancellationToken) =>
        platform.Objects.GetAsync("claudeops.dev/v1alpha1", nameof(ClaudeQuota), name, space, cancellationToken);
}
