using System.Text.Json.Nodes;
using Operator.Cli.Local.Platform;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.MockClaude;

namespace Benchmarks.Fairness;

/// <summary>Pods with limiters that serve two deployments, one of each model group. Safe for concurrent use.</summary>
internal sealed class Fleet(LocalPlatform platform, int size)
{
    public const string Space = "fleet";

    private readonly Slot[] _slots = new Slot[size];

    private sealed record Slot(string Pod, Uri Address);

    /// <summary>How many limiters there are.</summary>
    public int Size => size;

    /// <summary>Where the limiter of a slot listens; null while its pod is missing.</summary>
    public Uri? Address(int slot) => Volatile.Read(ref _slots[slot])?.Address;

    /// <summary>Declares the organization, both deployments and the pods, and waits until all limiters hold their configuration.</summary>
    public async Task StartAsync(IReadOnlyList<Tier> tiers)
    {
        foreach (var document in Manifests(tiers)) await platform.ApplyAsync(document, CancellationToken.None);
        foreach (var tier in tiers)
        {
            await LocalPlatform.UntilAsync(
                async () => await platform.Client.GetAsync<Operator.Api.ClaudeDeployment>(tier.Name, Space) is { Status.Limiters: { } l } && l.Total >= size && l.Current == l.Total,
                $"all limiters to hold {tier.Name}", CancellationToken.None);
        }
        await FollowAsync();
    }

    /// <summary>Follows the pods: who takes the place of one that is gone gets its requests.</summary>
    public async Task FollowAsync()
    {
        var pods = await platform.Client.ListAsync<V1Pod>(new ListOptions { Namespace = Space, LabelSelector = "app=fleet" });
        var alive = pods.Items
            .Where(p => p.Metadata.DeletionTimestamp is null && p.Status is { Phase: "Running", PodIP.Length: > 0 })
            .OrderBy(p => p.Metadata.Name, StringComparer.Ordinal)
            .Select(p => new Slot(p.Metadata.Name!, new Uri($"http://{p.Status!.PodIP}:8787"))).ToList();
        var held = _slots.Where(s => s is not null).Select(s => s.Pod).ToHashSet(StringComparer.Ordinal);
        var fresh = new Queue<Slot>(alive.Where(s => !held.Contains(s.Pod)));
        for (var i = 0; i < size; i++)
        {
            if (_slots[i] is { } slot && alive.Any(a => a.Pod == slot.Pod)) continue;
            Volatile.Write(ref _slots[i], fresh.TryDequeue(out var next) ? next : null!);
        }
    }

    /// <summary>Ends a limiter with its pod; another pod takes its place.</summary>
    public Task KillAsync(int slot) => platform.Client.DeleteAsync<V1Pod>(_slots[slot].Pod, Space);

    /// <summary>Ends the operator's leader; the other replica follows.</summary>
    public async Task KillLeaderAsync()
    {
        var lease = (await platform.Client.GetAsync<V1Lease>("claude-operator", "claude-operator-system"))!;
        var holder = lease.Spec!.HolderIdentity!;
        var pods = await platform.Client.ListAsync<V1Pod>(new ListOptions { Namespace = "claude-operator-system" });
        var leader = pods.Items.Single(p => holder.StartsWith(p.Metadata.Name!, StringComparison.Ordinal));
        await platform.Client.DeleteAsync<V1Pod>(leader.Metadata.Name!, "claude-operator-system");
    }

    /// <summary>How many replicas the operator shall have.</summary>
    public Task ScaleOperatorAsync(int replicas) => platform.Client.PatchAsync<V1Deployment>(
        "claude-operator", "claude-operator-system", KubernetesPatch.Merge(new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } }));

    private IReadOnlyList<JsonObject> Manifests(IReadOnlyList<Tier> tiers) => EmbeddedManifests.Parse($$"""
        {apiVersion: v1, kind: Namespace, metadata: {name: {{Space}} } }
        ---
        {apiVersion: v1, kind: Secret, metadata: {name: key, namespace: {{Space}} }, stringData: {api-key: "{{MockClaudeOptions.DefaultKey}}"} }
        ---
        apiVersion: claudeops.dev/v1alpha1
        kind: ClaudeQuota
        metadata: {name: organization, namespace: {{Space}} }
        spec:
          credentialsRef: {secretName: key}
          limits:
        {{string.Join('\n', tiers.Select(t => $"  - {{models: [{t.Model}], requestsPerMinute: {t.Limits.Requests}, inputTokensPerMinute: {t.Limits.InputTokens}, outputTokensPerMinute: {t.Limits.OutputTokens}}}"))}}
        ---
        {{string.Join("\n---\n", tiers.Select(t => $$"""
            {apiVersion: v1, kind: ConfigMap, metadata: {name: {{t.Name}}-v1, namespace: {{Space}}, labels: {claudeops.dev/prompt: {{t.Name}}, claudeops.dev/prompt-version: v1} }, data: {system: "You answer."} }
            ---
            apiVersion: claudeops.dev/v1alpha1
            kind: ClaudeDeployment
            metadata: {name: {{t.Name}}, namespace: {{Space}} }
            spec: {model: {{t.Model}}, prompt: {name: {{t.Name}}, version: v1}, parameters: {maxTokens: 16000}, quotaRef: {name: organization} }
            """))}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: fleet, namespace: {{Space}} }
        spec:
          replicas: {{size}}
          selector: {matchLabels: {app: fleet} }
          template:
            metadata:
              labels: {app: fleet, claudeops.dev/inject: "true"}
              annotations: {claudeops.dev/deployments: "{{string.Join(',', tiers.Select(t => t.Name))}}"}
            spec: {containers: [{name: users, image: claude-users}] }
        """);
}
