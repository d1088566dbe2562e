using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Operator.Admission;
using Operator.Api;
using Operator.Api.Validation;
using Operator.Catalog;
using Operator.Catalog.Refresh;
using Operator.Certificates;
using Operator.Evals;
using Operator.Injection;
using Operator.Limiters;
using Operator.Quotas;
using Operator.Quotas.RateLimits;
using Operator.Rollouts;
using Operator.Runtime.Events;
using Operator.Runtime.Health;
using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;
using Operator.Runtime.Metrics;

namespace Operator;

/// <summary>Puts the operator together from its rooms.</summary>
public static class OperatorComposition
{
    /// <summary>The operator's name: in field managers, in events, and of its Lease.</summary>
    public const string Name = "claude-operator";

    /// <summary>Adds the whole operator to a host. A client of one's own is registered before.</summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="configure">Changes the runtime's settings, such as the cluster.</param>
    public static IOperatorBuilder AddClaudeOperator(
        this IServiceCollection services, OperatorOptions options, Action<OperatorSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(provider => new PrometheusExporter(
            provider.GetService<IMeterFactory>(), RuntimeMetrics.MeterName, RolloutMetrics.MeterName));
        var builder = services.AddKubernetesOperator(settings =>
        {
            settings.Name = Name;
            settings.Namespace = options.Namespace;
            settings.JsonContexts.Add(ApiJsonContext.Default);
            configure?.Invoke(settings);
        });
        // A rollout with many steps and gates tells more than the 25 things of a usual object, and its end is the most important one.
        builder.ConfigureEvents(events => events.BurstPerObject = 75);
        if (options.LeaderElection) builder.AddLeaderElection(election => election.LeaseNamespace = options.LeaseNamespace);
        builder.AddHealthEndpoints(health => health.Port = options.HealthPort);
        builder.AddMetricsEndpoint(metrics => metrics.Port = options.MetricsPort);
        services.TryAddSingleton<CatalogStore>();
        services.TryAddSingleton<IModelKnowledge, CatalogKnowledge>();
        builder.AddEvals(
            provider => model => provider.GetRequiredService<CatalogStore>().Current.Find(model)?.Model.Prices,
            evals =>
            {
                evals.Image = options.Image;
                foreach (var host in options.EvalHosts) evals.HttpHosts.Add(host);
            });
        var models = new ModelsOptions();
        builder.AddQuotas(
            (options.CatalogNamespace ?? OwnNamespace.Read()) is { } home ? new CatalogOverrideOptions(home) : null,
            new RateLimitsOptions(),
            options.Admission is { Injection.Upstream: var upstream } ? models with { BaseAddress = upstream } : models,
            options.Safety);
        builder.AddRollouts();
        if (options.Admission is { } admission)
        {
            builder.AddClaudeAdmission(admission);
        }
        if (options.Channel is { } channel)
        {
            // The channel shows the certificates that admission keeps, and has some of its own without.
            if (options.Admission is null) builder.AddCertificates(channel.Certificates, new InjectionOptions());
            builder.AddLimiters(channel);
        }
        return builder;
    }
}
