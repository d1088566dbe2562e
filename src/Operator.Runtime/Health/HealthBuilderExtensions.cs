using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;

namespace Operator.Runtime.Health;

/// <summary>Adds health, readiness and metrics endpoints to an operator.</summary>
public static class HealthBuilderExtensions
{
    /// <summary>
    /// Serves <c>/healthz</c> and <c>/readyz</c>. Ready means: all informers have their first list, no shutdown has begun, and what
    /// other parts ask for.
    /// </summary>
    public static IOperatorBuilder AddHealthEndpoints(this IOperatorBuilder builder, Action<HealthOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new HealthOptions();
        configure?.Invoke(options);
        builder.Services.AddSingleton(options);
        builder.Services.TryAddSingleton<HealthEndpoint>();
        builder.Services.TryAddSingleton<HealthServer>();
        builder.Services.AddSingleton<IOperatorLifecycle>(services => services.GetRequiredService<HealthServer>());
        builder.Services.AddSingleton(services => new HealthCheck(HealthProbe.Ready, "shutdown", _ => ValueTask.FromResult(
            services.GetRequiredService<OperatorState>().IsStopping ? HealthResult.Unhealthy("shutting down") : HealthResult.Healthy())));
        builder.Services.AddSingleton(services => new HealthCheck(HealthProbe.Ready, "informers", _ => ValueTask.FromResult(
            services.GetRequiredService<IInformers>().HaveSynced
                ? HealthResult.Healthy()
                : HealthResult.Unhealthy("not every informer has its first list"))));
        return builder;
    }

    /// <summary>Serves <c>/metrics</c> in the Prometheus text format.</summary>
    public static IOperatorBuilder AddMetricsEndpoint(this IOperatorBuilder builder, Action<MetricsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new MetricsOptions();
        configure?.Invoke(options);
        builder.Services.AddSingleton(options);
        builder.Services.TryAddSingleton<MetricsServer>();
        builder.Services.AddSingleton<IOperatorLifecycle>(services => services.GetRequiredService<MetricsServer>());
        return builder;
    }

    /// <summary>Adds a check to <c>/healthz</c>: a failure asks the kubelet to restart the process.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="name">Its name in paths and answers.</param>
    /// <param name="check">Looks and tells; an exception counts as a failure.</param>
    public static IOperatorBuilder AddHealthCheck(
        this IOperatorBuilder builder, string name, Func<CancellationToken, ValueTask<HealthResult>> check) =>
        Add(builder, HealthProbe.Health, name, check);

    /// <summary>Adds a check to <c>/readyz</c>: a failure takes the process out of its Services.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="name">Its name in paths and answers.</param>
    /// <param name="check">Looks and tells; an exception counts as a failure.</param>
    public static IOperatorBuilder AddReadinessCheck(
        this IOperatorBuilder builder, string name, Func<CancellationToken, ValueTask<HealthResult>> check) =>
        Add(builder, HealthProbe.Ready, name, check);

    /// <summary>Adds a check to <c>/readyz</c> that needs services.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="name">Its name in paths and answers.</param>
    /// <param name="check">Looks and tells; an exception counts as a failure.</param>
    public static IOperatorBuilder AddReadinessCheck(this IOperatorBuilder builder, string name, Func<IServiceProvider, HealthResult> check)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(check);
        builder.Services.AddSingleton(provider => new HealthCheck(HealthProbe.Ready, name, _ => ValueTask.FromResult(check(provider))));
        return builder;
    }

    private static IOperatorBuilder Add(
        IOperatorBuilder builder, HealthProbe probe, string name, Func<CancellationToken, ValueTask<HealthResult>> check)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(check);
        builder.Services.AddSingleton(new HealthCheck(probe, name, check));
        return builder;
    }
}
