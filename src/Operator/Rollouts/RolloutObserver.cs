using System.Collections.Immutable;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Contract;
using Operator.Evals;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Configuration;
using Operator.Rollouts.Gates;
using Operator.Rollouts.Measurements;
using Operator.Rollouts.Revisions;
using Operator.Rollouts.Status;
using Operator.Runtime.Caching;

namespace Operator.Rollouts;

/// <summary>Gathers what a decision is made from. Reads caches, and the API server only for a limiter ConfigMap that they do not show.</summary>
internal sealed class RolloutObserver(
    IKubernetesClient client, RolloutCaches caches, IMeasurements measurements, IRolloutBudgets budgets)
{
    /// <summary>How long an own write is believed that the cache does not show.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Looks at a deployment.</summary>
    /// <returns>The view; or the errors of a spec that is not valid, where no earlier one can be acted on.</returns>
    public async Task<(RolloutView? View, Findings Findings)> ObserveAsync(
        ClaudeDeployment deployment, RolloutSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var state = RolloutRecord.Read(deployment.Status);
        var context = new ValidationContext(budgets.Models, now);
        var findings = ClaudeDeploymentValidation.Validate(deployment, context);
        var children = caches.ChildrenOf(deployment).ToList();
        if (findings.IsValid) session.Valid = (deployment.Spec, RolloutPlanFactory.Create(deployment.Spec));
        else if (state.Canary is null) return (null, findings);
        // A canary is guarded by its gates even when the spec was broken meanwhile; after a restart by those that it carries itself.
        else session.Valid ??= Accepted(deployment, state.Canary.Revision, children, context);
        if (session.Valid is not { } valid) return (null, findings);
        var (spec, plan) = valid;

        var key = ObjectKey.Of(deployment);
        var measured = measurements.Of(key, now);
        var map = await LimiterAsync(deployment, session, children.Count > 0 || state != RolloutState.Empty, now, cancellationToken);
        var limiter = map is null ? null : LimiterConfigMap.Read(map);
        var held = Held(limiter, state);
        var generation = limiter?.Generation ?? deployment.Status.ConfigurationGeneration ?? 0;
        if (limiter is { IsIntact: true }) session.Ledger.Note(limiter.Generation, held?.Stable?.Revision, held?.Canary);

        var revisionMaps = children.Where(RevisionConfigMap.Is).ToImmutableArray();
        var (contents, broken) = Contents(revisionMaps, limiter);
        var prompt = findings.IsValid
            ? PromptResolver.Resolve(key.Namespace!, spec.Prompt, caches.PromptsOf(key.Namespace!, spec.Prompt))
            : null;
        var declared = prompt is PromptResolution.Found found ? RevisionContent.Create(spec, found) : null;
        if (declared is not null) contents = contents.SetItem(declared.Revision, declared);

        var models = contents.Values.Select(c => c.Model)
            .Concat((spec.Fallback ?? []).Select(f => f.Model)).Append(spec.Model).Distinct(StringComparer.Ordinal).ToList();
        var budget = budgets.Resolve(deployment, models, measured.Limiters.Length, now);
        var target = Target(findings, spec, state, prompt, declared, budget);

        var acknowledged = Acknowledgement.Of(
            measured, session.Ledger, held, generation, state.Stable?.Revision, session.WroteFirst || now - measurements.ListeningSince >= IMeasurements.Learning);
        session.Live = LiveGateSetBuilder.Build(
            session.Live, spec, plan, state, session.Resumed ? null : deployment.Status, limiter?.Configuration, measured,
            now - measurements.ListeningSince, now);
        session.Resumed = true;
        var live = session.Live?.Judge(measured, now, withInterval: false) ?? ImmutableDictionary<string, GateEvaluation>.Empty;
        var runs = caches.RunsOf(key).ToImmutableArray();

        var observation = new RolloutObservation
        {
            Target = target,
            Held = held,
            Loadable = [.. contents.Keys],
            HasChildren = children.Count > 0 || limiter is not null,
            AcknowledgedWeight = acknowledged.Highest,
            LowestAcknowledgedWeight = acknowledged.Lowest,
            Refusal = acknowledged.Refusal?.Example,
            StepRequests = session.Live?.Requests(measured) ?? 0,
            Commands = Commands(deployment),
        };

        return (new RolloutView
        {
            Deployment = deployment,
            Key = key,
            Now = now,
            Session = session,
            Spec = spec,
            Plan = plan,
            Invalid = findings.IsValid ? null : findings.Summary(),
            Retired = RolloutStatus.Retired(findings),
            State = state,
            Measured = measured,
            Limiter = limiter,
            CachedVersion = caches.Child(new ObjectKey(key.Namespace, LimiterConfigMap.Name(key.Name)))?.Metadata.ResourceVersion,
            RevisionMaps = revisionMaps,
            Broken = broken,
            Contents = contents,
            Prompt = prompt,
            Target = target is DeclaredTarget.Resolved ? declared : null,
            Budget = budget,
            Acknowledged = acknowledged,
            EvalRuns = runs,
            Live = live,
            Observation = observation with { Verdicts = Verdicts(deployment, spec, state, target, observation, runs, live) },
        }, findings);
    }

    private static (ClaudeDeploymentSpec, RolloutPlan)? Accepted(
        ClaudeDeployment deployment, string canary, IEnumerable<V1ConfigMap> children, ValidationContext context)
    {
        var name = RevisionConfigMap.Name(deployment.Metadata.Name!, canary);
        return children.FirstOrDefault(m => m.Metadata.Name == name) is { } map && AcceptedSpec.Read(map, deployment, context) is { } spec
            ? (spec, RolloutPlanFactory.Create(spec))
            : null;
    }

    private async Task<V1ConfigMap?> LimiterAsync(
        ClaudeDeployment deployment, RolloutSession session, bool isExpected, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = new ObjectKey(deployment.Metadata.NamespaceProperty, LimiterConfigMap.Name(deployment.Metadata.Name!));
        var cached = caches.Child(key);
        if (session.Written is { } own && own.CacheVersion == cached?.Metadata.ResourceVersion && now - own.At < Patience) return own.Map;
        session.Written = null;
        var map = cached;
        // Deciding on a configuration that only seems to be missing could start a rollout anew; asking costs one request, rarely.
        if (map is null && isExpected) map = await client.GetAsync<V1ConfigMap>(key.Name, key.Namespace, cancellationToken);
        return map is null || map.Metadata.DeletionTimestamp is not null || IsForeign(map, deployment) ? null : map;
    }

    /// <summary>Whether a ConfigMap belongs to a former deployment of the same name and waits for the garbage collector.</summary>
    private static bool IsForeign(V1ConfigMap map, ClaudeDeployment deployment) =>
        map.Metadata.OwnerReferences?.Any(o => o.Kind == nameof(ClaudeDeployment) && o.Uid != deployment.Metadata.Uid) == true;

    /// <summary>What the limiters hold: as the ConfigMap says, or, where somebody edited that, as the record says.</summary>
    private static HeldConfiguration? Held(HeldConfigMap? limiter, RolloutState state)
    {
        if (limiter is null) return null;
        if (limiter.IsIntact || (state.Stable is null && state.Canary is null)) return limiter.Held;
        var canary = state.Weight > 0 ? state.Canary?.Revision : null;
        return new HeldConfiguration(state.Stable, canary, canary is null ? 0 : state.Weight);
    }

    private static (ImmutableDictionary<string, RevisionConfiguration>, ImmutableArray<(V1ConfigMap, string)>) Contents(
        ImmutableArray<V1ConfigMap> maps, HeldConfigMap? limiter)
    {
        var contents = ImmutableDictionary.CreateBuilder<string, RevisionConfiguration>(StringComparer.Ordinal);
        var broken = ImmutableArray.CreateBuilder<(V1ConfigMap, string)>();
        if (limiter is { IsIntact: true, Configuration: { } configuration })
        {
            foreach (var revision in new[] { configuration.Stable, configuration.Canary }.Concat(configuration.Standby).OfType<RevisionConfiguration>())
                contents[revision.Revision] = revision;
        }
        foreach (var map in maps)
        {
            var (content, problem) = RevisionConfigMap.Read(map);
            if (content is not null) contents[content.Revision] = content;
            else broken.Add((map, problem!));
        }
        return (contents.ToImmutable(), broken.ToImmutable());
    }

    private static DeclaredTarget Target(
        Findings findings, ClaudeDeploymentSpec spec, RolloutState state, PromptResolution? prompt, RevisionConfiguration? declared, RolloutBudget budget)
    {
        if (!findings.IsValid)
        {
            // As if only the canary were not resolved: it is neither cancelled nor taken further.
            return new DeclaredTarget.Unresolved("InvalidSpec", findings.Summary(), state.Canary?.Model ?? spec.Model, state.Canary?.PromptVersion ?? spec.Prompt.Version);
        }
        DeclaredTarget.Unresolved Not(string reason, string message) => new(reason, message, spec.Model, spec.Prompt.Version);
        if (!budget.Model.IsUsable) return Not(budget.Model.Reason, budget.Model.Message);
        if (prompt is PromptResolution.Failed failed) return Not(failed.Reason, failed.Message);
        if (budget.Refusal is { } refusal) return Not(refusal, budget.Message);
        return new DeclaredTarget.Resolved(declared!.Revision, declared.Model, declared.PromptVersion, declared.PromptDigest);
    }

    private static ImmutableDictionary<string, GateVerdict> Verdicts(
        ClaudeDeployment deployment,
        ClaudeDeploymentSpec spec,
        RolloutState state,
        DeclaredTarget target,
        RolloutObservation commands,
        ImmutableArray<ClaudeEvalRun> runs,
        ImmutableDictionary<string, GateEvaluation> live)
    {
        var revision = (target as DeclaredTarget.Resolved)?.Revision ?? state.Canary?.Revision;
        if (revision is null) return ImmutableDictionary<string, GateVerdict>.Empty;
        var isCanary = state.Canary?.Revision == revision;
        var attempt = isCanary ? state.Attempt : state.Rejected.FirstOrDefault(r => r.Revision == revision) is { } rejected ? rejected.Attempt + 1 : 0;
        // A held canary that is told to try again is judged by the runs of its next attempt from the very decision that starts it.
        var startsAnew = isCanary && state.Phase == Phase.Held
            && CommandRecord.IsPending(CommandRecord.Forget(state, commands), commands, "retry", revision);
        var offline = EvalVerdicts.Of(runs, deployment, revision, startsAnew ? attempt + 1 : attempt, spec.Gates?.Evals ?? []);
        return isCanary && !startsAnew
            ? offline.SetItems(live.Select(l => KeyValuePair.Create(l.Key, new GateVerdict(l.Value.Verdict, l.Value.Message))))
            : offline;
    }

    private static ImmutableDictionary<string, string> Commands(ClaudeDeployment deployment) =>
        deployment.Metadata.Annotations is not { } annotations
            ? ImmutableDictionary<string, string>.Empty
            : Annotations.Commands
                .Where(annotations.ContainsKey)
                .ToImmutableDictionary(a => a[(a.IndexOf('/', StringComparison.Ordinal) + 1)..], a => annotations[a], StringComparer.Ordinal);
}
