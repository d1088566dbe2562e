using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Operator.Catalog.Refresh;
using Operator.Kubernetes.Models;
using Operator.Quotas.Allocation;
using Operator.Quotas.RateLimits;
using Operator.Quotas.Status;
using Operator.Rollouts;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;

namespace Operator.Quotas;

/// <summary>Adds quotas and the model catalogue to an operator.</summary>
internal static class QuotaServices
{
    /// <summary>Adds the catalogue with its override, the quota tree and the controller of ClaudeQuotas.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="catalog">Which ConfigMap overrides the catalogue; null for none.</param>
    /// <param name="rateLimits">How limits are read from the administration endpoint; null for not at all.</param>
    /// <param name="models">How the provider's list of models is read; null for not at all.</param>
    /// <param name="safety">The part of an organization's limit that is never handed out; null for the default.</param>
    public static IOperatorBuilder AddQuotas(
        this IOperatorBuilder builder, CatalogOverrideOptions? catalog = null, RateLimitsOptions? rateLimits = null, ModelsOptions? models = null,
        double? safety = null)
    {
        var allocation = new AllocationOptions();
        builder.Services.TryAddSingleton(safety is { } part ? allocation with { Safety = part } : allocation);
        builder.Services.TryAddSingleton<CatalogStore>();
        builder.Services.TryAddSingleton<QuotaTrees>();
        builder.Services.TryAddSingleton<QuotaUsageStore>();
        builder.Services.TryAddSingleton<IQuotaUsage>(services => services.GetRequiredService<QuotaUsageStore>());
        builder.Services.TryAddSingleton<QuotaMetrics>();
        builder.Services.TryAddSingleton<LimiterCensus>();
        builder.Services.TryAddSingleton<ModelMetrics>();
        builder.Services.TryAddSingleton<IRolloutBudgets, QuotaBudgets>();
        builder.Services.TryAddSingleton<IModelKnowledge, CatalogKnowledge>();
        builder.Services.AddSingleton<IOperatorLifecycle, MetricsLifecycle>();
        if (catalog is not null)
        {
            builder.Services.AddSingleton(catalog);
            builder.Services.AddSingleton<CatalogOverride>();
            builder.Services.AddSingleton<IOperatorLifecycle, CatalogLifecycle>();
        }
        if (models is not null)
        {
            builder.Services.AddSingleton(models);
            builder.Services.AddSingleton<IOperatorLifecycle, ModelsPoll>();
        }
        if (rateLimits is not null)
        {
            builder.Services.AddSingleton(rateLimits);
            builder.Services.AddSingleton<IOperatorLifecycle, RateLimitsPoll>();
        }
        var trigger = new QuotaTrigger();
        builder.Services.AddSingleton(trigger);
        return builder.AddController<QuotaController, ClaudeQuota>(options => options
            .TriggeredBy(trigger.Trigger)
            .Index(QuotaController.ByParent, QuotaController.ParentOf)
            .Where(Predicates.GenerationChanged<ClaudeQuota>())
            .Watches<ClaudeQuota>(QuotaController.Concerned, Predicates.GenerationChanged<ClaudeQuota>()));
    }

    /// <summary>Makes the gauges, and with them the tree, before the first quota is reconciled.</summary>
    private sealed class MetricsLifecycle(IServiceProvider services) : IOperatorLifecycle
    {
        public OperatorStage Stage => OperatorStage.Endpoints;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            services.GetRequiredService<QuotaMetrics>();
            services.GetRequiredService<ModelMetrics>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Follows the override as long as the operator runs, on every replica: admission needs the catalogue too.</summary>
    private sealed class CatalogLifecycle(IInformers informers, CatalogOverrideOptions options, CatalogOverride follower) : IOperatorLifecycle
    {
        private readonly IInformer<V1ConfigMap> _informer = informers.Get<V1ConfigMap>(new InformerScope { Namespace = options.Namespace, FieldSelector = "metadata.name=" + options.Name });
        private IDisposable? _subscription;

        public OperatorStage Stage => OperatorStage.Endpoints;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _subscription = _informer.AddHandler(follower);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            _subscription?.Dispose();
            return Task.CompletedTask;
        }
    }
}
