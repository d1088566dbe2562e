using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Contract;
using Operator.Evals;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Patching;
using Operator.Rollouts.Configuration;
using Operator.Rollouts.Revisions;

namespace Operator.Rollouts;

/// <summary>Carries out decisions. Every write is idempotent and refused by the API server when it was decided on an old state.</summary>
internal sealed partial class RolloutExecutor(IKubernetesClient client, IEvalRuns evals, ILogger<RolloutExecutor> logger)
{
    /// <summary>Writes the revision ConfigMaps that the record names, that of the canary with the spec that guards it.</summary>
    public async Task KeepRevisionsAsync(RolloutView view, RolloutDecision decision, CancellationToken cancellationToken)
    {
        var canary = decision.State.Canary?.Revision;
        var accepted = canary is null ? null : AcceptedSpec.Write(view.Spec);
        var named = new[] { decision.State.Stable?.Revision, decision.State.Canary?.Revision }.OfType<string>();
        foreach (var revision in named.Distinct())
        {
            if (!view.Contents.TryGetValue(revision, out var content) || !RevisionContent.IsIntact(content)) continue;
            var name = RevisionConfigMap.Name(view.Key.Name, revision);
            var known = view.RevisionMaps.FirstOrDefault(m => m.Metadata.Name == name);
            var guard = revision == canary ? accepted : null;
            if (known is null || view.Broken.Any(b => b.Map.Metadata.Name == name)) await KeepAsync(view, content, guard, name, cancellationToken);
            else if (!AcceptedSpec.IsOn(known, guard)) await GuardAsync(known, guard!, cancellationToken);
        }
    }

    /// <summary>Writes the limiter ConfigMap.</summary>
    public async Task WriteAsync(RolloutView view, ConfigurationChange change, CancellationToken cancellationToken)
    {
        var body = client.Json.ToNode(change.Map);
        body["apiVersion"] = "v1";
        body["kind"] = "ConfigMap";
        // Decided on this very version: somebody else's write in between is a conflict, not something to write over.
        // The UID makes a conflict of a ConfigMap that was deleted meanwhile, too.
        if (view.Limiter?.Map.Metadata is { ResourceVersion: { } version } known)
        {
            body["metadata"]!["resourceVersion"] = version;
            body["metadata"]!["uid"] = known.Uid;
        }
        var written = await client.PatchAsync<V1ConfigMap>(
            change.Map.Metadata.Name!, view.Key.Namespace, new KubernetesPatch(PatchType.Apply, Bytes(body)),
            new PatchOptions { FieldManager = LimiterConfigMap.FieldManager, Force = true }, cancellationToken);
        var session = view.Session;
        session.Written = (written, session.Written is { } own ? own.CacheVersion : view.CachedVersion, view.Now);
        session.WroteFirst |= view.Limiter is null && change.Generation == 1 && view.Measured.Limiters.IsEmpty;
        session.Ledger.Note(change.Generation, change.Desired.Stable, change.Desired.Canary);
        Log.Written(logger, view.Key, change.Generation, Short(change.Desired.Stable), Short(change.Desired.Canary), change.Desired.Weight);
    }

    /// <summary>Makes sure that needed eval runs exist, and that those which nobody needs any more end.</summary>
    public async Task EvaluateAsync(RolloutView view, RolloutDecision decision, ClaudeDeployment current, CancellationToken cancellationToken)
    {
        var canary = decision.State.Canary?.Revision;
        if (canary is not null && view.Contents.TryGetValue(canary, out var content))
        {
            foreach (var name in decision.NeededEvals)
            {
                var gate = view.Spec.Gates?.Evals?.FirstOrDefault(g => g.Name == name);
                var run = EvalRunName.Of(view.Key.Name, name, canary, decision.State.Attempt);
                if (gate is null || view.EvalRuns.Any(r => r.Metadata.Name == run)) continue;
                await evals.EnsureAsync(current, content, decision.State.Attempt, gate, cancellationToken);
            }
        }
        var attempt = decision.State.Attempt;
        var isObsolete = view.EvalRuns.Any(r => r.Status.Phase is not (EvalPhase.Completed or EvalPhase.Cancelled) && r.Status.Verdict is null
            && r.Spec.Revision != decision.State.Stable?.Revision && (r.Spec.Revision != canary || (r.Spec.Attempt ?? 0) != attempt));
        if (isObsolete || decision.Events.Any(e => e.Reason is "RolloutCancelled" or "RolledBack" or "Promoted" or "RolloutRetried"))
            await evals.CancelOthersAsync(current, canary, attempt, cancellationToken);
    }

    /// <summary>Deletes revision ConfigMaps that nothing names any more.</summary>
    public async Task CleanAsync(RolloutView view, RolloutDecision decision, ConfigurationChange? change, CancellationToken cancellationToken)
    {
        // A decision that leaves the limiters alone does not know what is needed.
        if (decision.Configuration is not { } desired) return;
        var configuration = view.Limiter?.Configuration;
        var needed = new[] { desired.Stable, desired.Canary, decision.State.Stable?.Revision, decision.State.Canary?.Revision, view.Target?.Revision }
            .Concat(desired.Standby)
            .Concat(change is null ? [configuration?.Stable?.Revision, configuration?.Canary?.Revision] : [])
            .OfType<string>()
            .Select(r => RevisionConfigMap.Name(view.Key.Name, r))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var map in view.RevisionMaps.Where(m => !needed.Contains(m.Metadata.Name!)))
        {
            await client.DeleteAsync<V1ConfigMap>(
                map.Metadata.Name!, view.Key.Namespace, new DeleteOptions { Uid = map.Metadata.Uid }, cancellationToken);
        }
    }

    private async Task GuardAsync(V1ConfigMap known, string accepted, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject { ["uid"] = known.Metadata.Uid, ["annotations"] = new JsonObject { [AcceptedSpec.Annotation] = accepted } },
        };
        try
        {
            await client.PatchAsync<V1ConfigMap>(
                known.Metadata.Name!, known.Metadata.NamespaceProperty, new KubernetesPatch(PatchType.Merge, Bytes(patch)),
                new PatchOptions { FieldManager = LimiterConfigMap.FieldManager }, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsObjectNotFound)
        {
            // Deleted meanwhile: when the cache shows it, it is written again, with the spec.
        }
    }

    private async Task KeepAsync(
        RolloutView view, RevisionConfiguration content, string? accepted, string name, CancellationToken cancellationToken)
    {
        var map = RevisionConfigMap.Render(view.Key.Namespace!, view.Key.Name, content);
        if (accepted is not null) map.Metadata.Annotations = new Dictionary<string, string>(StringComparer.Ordinal) { [AcceptedSpec.Annotation] = accepted };
        map.Metadata.OwnerReferences = [LimiterConfigMap.Owner(view.Deployment)];
        // Two tries: whatever is in the way and is not this revision goes; it could never be edited, since it may be immutable.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.CreateAsync(map, new WriteOptions { FieldManager = LimiterConfigMap.FieldManager }, cancellationToken);
                return;
            }
            catch (KubernetesException e) when (e.IsAlreadyExists && attempt == 1)
            {
                var found = await client.GetAsync<V1ConfigMap>(name, view.Key.Namespace, cancellationToken);
                if (found is null) continue;
                var isOurs = found.Metadata.OwnerReferences?.Any(o => o.Uid == view.Deployment.Metadata.Uid) == true;
                if (isOurs && found.Metadata.DeletionTimestamp is null && RevisionConfigMap.Read(found).Content?.Revision == content.Revision) return;
                await client.DeleteAsync<V1ConfigMap>(name, view.Key.Namespace, new DeleteOptions { Uid = found.Metadata.Uid }, cancellationToken);
            }
        }
    }

    private static byte[] Bytes(JsonObject body) => System.Text.Encoding.UTF8.GetBytes(CanonicalJson.Write(body));

    private static string Short(string? revision) => revision is null ? "none" : RolloutPolicy.Short(revision);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Deployment}: configuration {Generation}: stable {Stable}, canary {Canary} at {Weight} of 10000")]
        public static partial void Written(
            ILogger logger, Runtime.Caching.ObjectKey deployment, long generation, string stable, string canary, int weight);
    }
}
