using Operator.Api;
using Operator.Api.Validation;
using Operator.Evals.Providers;
using Operator.Evals.Suites;
using Operator.Kubernetes;
using Operator.Rollouts;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Events;
using Operator.Runtime.Reconciling;

namespace Operator.Evals.Runs;

/// <summary>Leads a ClaudeEvalRun from its creation to its verdict: Pending, Running, then Completed or Cancelled.</summary>
internal sealed class EvalRunController(
    IKubernetesClient client, IInformers informers, IEnumerable<IEvalProvider> providers, EvalRunSources sources, SuiteLoader suites, IStatusWriter status,
    IEventRecorder events, EvalOptions options, EvalRunStatus statuses, EvalMetrics metrics) : IEntityController<ClaudeEvalRun>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public async Task<ReconciliationResult<ClaudeEvalRun>> ReconcileAsync(ClaudeEvalRun entity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (entity.Unreadable is not null || entity.Status.Phase is EvalPhase.Completed or EvalPhase.Cancelled) return Wait(entity);
        // Admission may have been bypassed; a spec never changes, so waiting helps nobody.
        if (ClaudeEvalRunValidation.Validate(entity) is { IsValid: false } findings)
            return await CancelAsync(entity, "the run is invalid: " + findings.Summary(), cancellationToken);
        if (await sources.DeploymentAsync(entity, cancellationToken) is not { } deployment)
            return await CancelAsync(entity, $"the deployment {entity.Spec.DeploymentRef.Name} is gone", cancellationToken);
        if (entity.Metadata.Annotations is { } annotations && annotations.TryGetValue(Annotations.CancelEval, out var cause))
            return await CancelAsync(entity, "cancelled: " + SuiteError.Quote(cause), cancellationToken);
        // What cannot be read today may be readable after an upgrade or an edit; a change of it leads here again.
        if (deployment.Unreadable is not null) return Wait(entity);
        if (deployment.Spec.Gates?.Evals?.FirstOrDefault(g => g.Name == entity.Spec.Gate) is not { } gate)
            return await CancelAsync(entity, $"the deployment {deployment.Metadata.Name} has no offline gate {entity.Spec.Gate}", cancellationToken);
        if (entity.Spec.Result is { } given) return await JudgeGivenAsync(entity, deployment, gate, given, cancellationToken);
        if (entity.Status is { Phase: EvalPhase.Running, Total: not null }) return await FinishAsync(entity, deployment, gate, entity.Status, cancellationToken);
        if (providers.FirstOrDefault(p => p.Serves(gate)) is not { } provider)
            return await FailAsync(entity, deployment, new ProviderState.Failed("InvalidGate", $"gate {gate.Name} names no source of results"), cancellationToken);
        if (gate.MaxRegression is not null && gate.Suite is null)
        {
            return await FailAsync(entity, deployment, new ProviderState.Failed(
                "InvalidGate", $"gate {gate.Name}: maxRegression compares case by case and needs a suite; remove it, or let the evaluator itself compare"), cancellationToken);
        }
        return entity.Status.Phase == EvalPhase.Running
            ? await ResumeAsync(entity, deployment, gate, provider, cancellationToken)
            : await StartAsync(entity, deployment, gate, provider, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ReconciliationResult<ClaudeEvalRun>> DeletedAsync(ClaudeEvalRun entity, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(entity);
        // Jobs go with their owner; questions that this process asks go here.
        foreach (var provider in providers) await provider.CancelAsync(entity, cancellationToken);
        return Wait(entity);
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> StartAsync(
        ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, IEvalProvider provider, CancellationToken cancellationToken)
    {
        var (revision, missing) = await sources.RevisionAsync(run, cancellationToken);
        if (revision is null)
        {
            await WriteAsync(run, statuses.Pending(run, "RevisionNotReady", missing!), cancellationToken);
            return ReconciliationResult<ClaudeEvalRun>.Success(run, Soon);
        }
        var request = new EvalRequest { Run = run, Deployment = deployment, Gate = gate, Revision = revision };
        if (gate.Suite is { } source)
        {
            var loaded = await suites.LoadAsync(run.Metadata.NamespaceProperty!, source.ConfigMap, cancellationToken);
            if (loaded.Reading.Suite is not { } suite) return await StuckAsync(run, loaded.Reading.Describe(), cancellationToken);
            if (run.Spec.SuiteDigest is { } asked && asked != suite.Digest)
                return await FailAsync(run, deployment, new ProviderState.Failed("SuiteChanged", "the suite has changed since the run was asked for"), cancellationToken);
            request = request with { SuiteDigest = suite.Digest, SuiteShards = loaded.Shards };
        }
        var state = await provider.RunAsync(request, cancellationToken);
        events.Record(run, EventType.Normal, "EvalStarted", "Evaluate", $"evaluating revision {RolloutPolicy.Short(run.Spec.Revision)} for gate {gate.Name}");
        // At the same time as the candidate, so that nobody waits twice.
        await EnsureBaselineAsync(run, deployment, gate, request.SuiteDigest, cancellationToken);
        return await ActAsync(run, deployment, gate, request.SuiteDigest, state, cancellationToken);
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> ResumeAsync(
        ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, IEvalProvider provider, CancellationToken cancellationToken)
    {
        var (revision, missing) = await sources.RevisionAsync(run, cancellationToken);
        if (revision is null)
            return await FailAsync(run, deployment, new ProviderState.Failed("RevisionGone", missing!), cancellationToken, provider);
        var digest = run.Status.SuiteDigest ?? run.Spec.SuiteDigest;
        var state = await provider.ResumeAsync(
            new EvalRequest { Run = run, Deployment = deployment, Gate = gate, Revision = revision, SuiteDigest = digest }, cancellationToken);
        return await ActAsync(run, deployment, gate, digest, state, cancellationToken);
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> ActAsync(
        ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, string? digest, ProviderState state, CancellationToken cancellationToken)
    {
        switch (state)
        {
            case ProviderState.Done done:
                return await FinishAsync(run, deployment, gate, statuses.Counted(run, digest, done.Outcome), cancellationToken);
            case ProviderState.Failed failed:
                return await FailAsync(run, deployment, failed, cancellationToken);
            default:
                var working = (ProviderState.Working)state;
                await WriteAsync(run, statuses.Running(run, digest, working.Message), cancellationToken);
                return ReconciliationResult<ClaudeEvalRun>.Success(run, working.LookAgain);
        }
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> JudgeGivenAsync(
        ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, EvalResult given, CancellationToken cancellationToken)
    {
        if (gate.External is null && gate.Job is null)
        {
            return await FailAsync(run, deployment, new ProviderState.Failed(
                "NotExternal", $"gate {gate.Name} is neither external nor a job: a result that somebody else wrote does not count"), cancellationToken);
        }
        if (ResultDocument.Of(given, out var problem) is not { } outcome)
            return await FailAsync(run, deployment, new ProviderState.Failed("InvalidResult", "spec.result: " + problem), cancellationToken);
        return await FinishAsync(run, deployment, gate, statuses.Counted(run, run.Spec.SuiteDigest, outcome), cancellationToken);
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> FinishAsync(
        ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, ClaudeEvalRunStatus counted, CancellationToken cancellationToken)
    {
        switch (await EnsureBaselineAsync(run, deployment, gate, counted.SuiteDigest ?? run.Spec.SuiteDigest, cancellationToken))
        {
            case BaselineState.Missing or BaselineState.Waiting:
                await WriteAsync(run, statuses.Waiting(run, Copy(counted), "the result is there; waits for stable's run of the same suite"), cancellationToken);
                // A change of that run leads here; this is for one that vanishes unseen.
                return ReconciliationResult<ClaudeEvalRun>.Success(run, Later);
            case BaselineState.Broken broken:
                return await FailAsync(run, deployment, new ProviderState.Failed(
                    "BaselineFailed", $"stable's run {broken.Run.Metadata.Name} has no result to compare with: {broken.Run.Status.Message}"), cancellationToken);
            case BaselineState.Ready ready:
                return await CompleteAsync(run, deployment, statuses.Completed(run, Copy(counted), EvalJudgement.Of(gate, counted, ready.Run)), cancellationToken);
            default:
                return await CompleteAsync(run, deployment, statuses.Completed(run, Copy(counted), EvalJudgement.Of(gate, counted, null)), cancellationToken);
        }
    }

    private async Task<BaselineState> EnsureBaselineAsync(
        ClaudeEvalRun run, ClaudeDeployment deployment, EvalGate gate, string? digest, CancellationToken cancellationToken)
    {
        var state = EvalBaseline.Of(run, deployment, gate, digest, informers.Get<ClaudeEvalRun>().List(run.Metadata.NamespaceProperty));
        if (state is BaselineState.Missing missing)
        {
            await EvalRuns.CreateAsync(
                client, EvalRuns.Render(deployment, EvalRunName.OfBaseline(run.Metadata.Name!), missing.Revision, gate.Name, null, digest), cancellationToken);
        }
        return state;
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> StuckAsync(ClaudeEvalRun run, string problem, CancellationToken cancellationToken)
    {
        var next = statuses.Stuck(run, "SuiteInvalid", problem);
        if (next.Message != run.Status.Message) events.Record(run, EventType.Warning, "SuiteInvalid", "Evaluate", next.Message!, subject: next.Message);
        await WriteAsync(run, next, cancellationToken);
        return ReconciliationResult<ClaudeEvalRun>.Success(run, Later);
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> CancelAsync(ClaudeEvalRun run, string message, CancellationToken cancellationToken)
    {
        foreach (var provider in providers) await provider.CancelAsync(run, cancellationToken);
        var cancelled = statuses.Cancelled(run, message);
        await WriteAsync(run, cancelled, cancellationToken);
        metrics.Ended(cancelled);
        events.Record(run, EventType.Normal, "EvalCancelled", "Cancel", message);
        return Wait(run);
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> FailAsync(
        ClaudeEvalRun run, ClaudeDeployment deployment, ProviderState.Failed failure, CancellationToken cancellationToken, IEvalProvider? running = null)
    {
        if (running is not null) await running.CancelAsync(run, cancellationToken);
        return await CompleteAsync(run, deployment, statuses.Failed(run, failure), cancellationToken);
    }

    private async Task<ReconciliationResult<ClaudeEvalRun>> CompleteAsync(
        ClaudeEvalRun run, ClaudeDeployment deployment, ClaudeEvalRunStatus next, CancellationToken cancellationToken)
    {
        await WriteAsync(run, next, cancellationToken);
        metrics.Ended(next);
        var (type, reason) = next.Verdict switch
        {
            Verdict.Pass => (EventType.Normal, "EvalPassed"),
            Verdict.Fail => (EventType.Warning, "EvalFailed"),
            Verdict.EvaluatorError => (EventType.Warning, "EvaluatorError"),
            _ => (EventType.Warning, "EvalInconclusive"),
        };
        events.Record(run, type, reason, "Judge", next.Message!);
        await PruneAsync(run, deployment, cancellationToken);
        return Wait(run);
    }

    private async Task PruneAsync(ClaudeEvalRun run, ClaudeDeployment deployment, CancellationToken cancellationToken)
    {
        // The cache may still show this run as running: then it is kept, and goes with the next.
        var surplus = EvalRetention.Surplus(deployment, informers.Get<ClaudeEvalRun>().List(run.Metadata.NamespaceProperty), options.RetainedRuns);
        foreach (var old in surplus.Where(r => r.Metadata.Name != run.Metadata.Name))
        {
            try
            {
                await client.DeleteAsync<ClaudeEvalRun>(
                    old.Metadata.Name!, old.Metadata.NamespaceProperty, new DeleteOptions { Uid = old.Metadata.Uid, PropagationPolicy = "Background" }, cancellationToken);
            }
            catch (KubernetesException exception) when (exception.IsConflict)
            {
                // Another run has that name now: the one that was meant is gone.
            }
        }
    }

    private async Task WriteAsync(ClaudeEvalRun run, ClaudeEvalRunStatus next, CancellationToken cancellationToken) =>
        await status.WriteAsync(run, next, cancellationToken);

    // The writer tells what changed by comparing with the entity's own status, which must stay as it was read.
    private ClaudeEvalRunStatus Copy(ClaudeEvalRunStatus source) => client.Json.Deserialize<ClaudeEvalRunStatus>(client.Json.Serialize(source));

    private static ReconciliationResult<ClaudeEvalRun> Wait(ClaudeEvalRun run) => ReconciliationResult<ClaudeEvalRun>.Success(run);
}
