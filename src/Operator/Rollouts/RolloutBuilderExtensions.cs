using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Rollouts.Revisions;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;

namespace Operator.Rollouts;

/// <summary>Adds rollouts to an operator.</summary>
internal static class RolloutBuilderExtensions
{
    private const string ByPrompt = "rollout/prompt";

    /// <summary>
    /// Adds the rollouts of ClaudeDeployments. What decides on eval runs (<see cref="Evals.IEvalRuns"/>) and on budgets
    /// (<see cref="IRolloutBudgets"/>) is registered by its own room.
    /// </summary>
    public static IOperatorBuilder AddRollouts(this IOperatorBuilder builder)
    {
        var services = builder.Services;
        var trigger = new ReconcileTrigger();
        services.AddSingleton(trigger);
        services.AddSingleton<MeasurementStore>();
        services.AddSingleton<IMeasurements>(provider => provider.GetRequiredService<MeasurementStore>());
        services.AddSingleton<RolloutSessions>();
        services.AddSingleton<RolloutCaches>();
        services.AddSingleton<RolloutObserver>();
        services.AddSingleton<RolloutExecutor>();
        services.AddSingleton<RolloutEvents>();
        services.AddSingleton<RolloutMetrics>();
        services.AddSingleton<IOperatorLifecycle, RolloutMonitor>();
        builder.AddController<RolloutController, ClaudeDeployment>(c =>
        {
            c.Name = "rollouts";
            c.MaxConcurrentReconciles = 8;
            c.ReconcileTimeout = TimeSpan.FromMinutes(2);
            // Own status writes change nothing that is decided on, but somebody else's do.
            c.Where(Predicates.GenerationChanged<ClaudeDeployment>()
                    .Or(Predicates.AnnotationsChanged<ClaudeDeployment>("claudeops.dev/"))
                    .Or(StatusChanged()))
                .Index(ByPrompt, d => d.Spec?.Prompt is { } prompt ? [PromptResolver.Index(d.Metadata.NamespaceProperty, prompt.Name, prompt.Version)] : [])
                .TriggeredBy(trigger)
                .Watches<V1ConfigMap>(
                    (map, deployments) => PromptResolver.IndexOf(map) is { } value ? deployments.ByIndex(ByPrompt, value).Select(d => ObjectKey.Of(d)) : [],
                    scope: RolloutCaches.Prompts(builder.Settings))
                .Watches<V1ConfigMap>(
                    (map, _) => map.Metadata.Labels is { } labels && labels.TryGetValue(Labels.Deployment, out var name)
                        ? [new ObjectKey(map.Metadata.NamespaceProperty, name)]
                        : [],
                    scope: RolloutCaches.Children(builder.Settings))
                .Watches<ClaudeEvalRun>((run, _) => [new ObjectKey(run.Metadata.NamespaceProperty, run.Spec.DeploymentRef.Name)])
                .Watches<ClaudeQuota>(QuotaUsers.Of, QuotaUsers.Changes);
        });
        return builder;
    }

    /// <summary>Changes of the status that this controller did not make: only the record counts.</summary>
    private static EventPredicate<ClaudeDeployment> StatusChanged() => new()
    {
        Updated = static (before, after) =>
            before.Status.Phase != after.Status.Phase
            || before.Status.Stable?.Revision != after.Status.Stable?.Revision
            || before.Status.Canary?.Revision != after.Status.Canary?.Revision
            || before.Status.Weight?.Desired != after.Status.Weight?.Desired
            || before.Status.ConfigurationGeneration != after.Status.ConfigurationGeneration
            || before.Status.Step?.Index != after.Status.Step?.Index
            || before.Status.Step?.AcknowledgedAt != after.Status.Step?.AcknowledgedAt,
    };
}
