using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Configuration;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Events;
using Operator.Runtime.Metrics;
using Operator.Runtime.Reconciling;

namespace Operator.Runtime.Hosting;

/// <summary>Adds an operator to a host.</summary>
public static class OperatorServiceCollectionExtensions
{
    /// <summary>
    /// Adds an operator; controllers and further parts are added to the builder that it returns. An <see cref="IKubernetesClient"/>
    /// of one's own must be registered before; otherwise one is made from <see cref="OperatorSettings"/>.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="configure">Changes the settings.</param>
    /// <exception cref="InvalidOperationException">There is an operator in these services already.</exception>
    public static IOperatorBuilder AddKubernetesOperator(this IServiceCollection services, Action<OperatorSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(d => d.ServiceType == typeof(OperatorSettings)))
            throw new InvalidOperationException("There is an operator in these services already. Add controllers to the builder of the first.");
        var settings = new OperatorSettings();
        configure?.Invoke(settings);
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILeadership, AlwaysLeader>();
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton<RuntimeMetrics>();
        services.TryAddSingleton(provider => new PrometheusExporter(provider.GetService<IMeterFactory>(), RuntimeMetrics.MeterName));
        services.TryAddSingleton<IKubernetesClient>(CreateClient);
        services.AddSingleton<WriteTrackers>();
        services.DecorateKubernetesClient(
            (provider, inner) => new TrackingKubernetesClient(inner, provider.GetRequiredService<WriteTrackers>()));
        services.AddSingleton(provider => new Informers(
            provider.GetRequiredService<IKubernetesClient>(),
            settings,
            provider.GetRequiredService<TimeProvider>(),
            new Random(),
            provider.GetRequiredService<ILoggerFactory>(),
            provider.GetRequiredService<RuntimeMetrics>().HandlerFailed));
        services.AddSingleton<IInformers>(provider => provider.GetRequiredService<Informers>());
        services.AddSingleton<IStatusWriter, StatusWriter>();
        services.AddSingleton<IOperatorLifecycle, ControllerPreparation>();
        services.AddSingleton<IOperatorLifecycle>(provider => provider.GetRequiredService<Informers>());
        services.AddSingleton<IOperatorLifecycle, ControllersLifecycle>();
        services.AddEventRecorder(settings);
        services.AddOperatorHost();
        return new OperatorBuilder(services, settings);
    }

    /// <summary>Puts a client around the registered one. What is put around last sees calls first.</summary>
    /// <exception cref="InvalidOperationException">No client is registered.</exception>
    internal static void DecorateKubernetesClient(
        this IServiceCollection services, Func<IServiceProvider, IKubernetesClient, IKubernetesClient> decorate)
    {
        var inner = services.LastOrDefault(d => d.ServiceType == typeof(IKubernetesClient) && !d.IsKeyedService)
            ?? throw new InvalidOperationException($"No {nameof(IKubernetesClient)} is registered. Call {nameof(AddKubernetesOperator)} first.");
        services.Remove(inner);
        // The inner client stays a service of its own, so that the container disposes it.
        var key = new object();
        services.Add(inner switch
        {
            { ImplementationInstance: { } instance } => ServiceDescriptor.KeyedSingleton(typeof(IKubernetesClient), key, instance),
            { ImplementationFactory: { } factory } =>
                ServiceDescriptor.KeyedSingleton(typeof(IKubernetesClient), key, (provider, _) => factory(provider)),
            _ => ServiceDescriptor.KeyedSingleton(typeof(IKubernetesClient), key, inner.ImplementationType!),
        });
        services.AddSingleton(provider => decorate(provider, provider.GetRequiredKeyedService<IKubernetesClient>(key)));
    }

    private static KubernetesClient CreateClient(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<OperatorSettings>();
        var metrics = provider.GetRequiredService<RuntimeMetrics>();
        // Files are read once, while the host starts; there is no asynchronous way to make a service.
        var configuration = settings.Cluster ?? KubernetesClientConfiguration.LoadAsync().GetAwaiter().GetResult();
        var options = new KubernetesClientOptions
        {
            JsonContexts = [.. settings.JsonContexts],
            FieldManager = settings.Name,
            UserAgent = settings.Name,
            TimeProvider = provider.GetRequiredService<TimeProvider>(),
            WrapHandler = handler => new RestClientMetricsHandler(metrics, handler),
        };
        return new KubernetesClient(configuration, options, provider.GetRequiredService<ILogger<KubernetesClient>>());
    }

    private sealed record OperatorBuilder(IServiceCollection Services, OperatorSettings Settings) : IOperatorBuilder;
}
