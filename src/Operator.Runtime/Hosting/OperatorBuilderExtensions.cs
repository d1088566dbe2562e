using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Finalizers;
using Operator.Runtime.Metrics;
using Operator.Runtime.Reconciling;

namespace Operator.Runtime.Hosting;

/// <summary>Adds controllers and finalizers to an operator.</summary>
public static class OperatorBuilderExtensions
{
    /// <summary>Adds a controller.</summary>
    /// <typeparam name="TController">The controller; made from the services for each reconcile.</typeparam>
    /// <typeparam name="TEntity">The kind that it reconciles.</typeparam>
    /// <param name="builder">The operator.</param>
    /// <param name="configure">What else it watches and how it runs.</param>
    /// <exception cref="ArgumentException">A setting is out of its range, or another controller has the name.</exception>
    public static IOperatorBuilder AddController<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TController, TEntity>(
        this IOperatorBuilder builder, Action<ControllerBuilder<TEntity>>? configure = null)
        where TController : class, IEntityController<TEntity>
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new ControllerBuilder<TEntity>(EntityMetadata.For<TEntity>().Kind.ToLowerInvariant());
        configure?.Invoke(options);
        Validate(builder.Services, options);
        var isFirst = !builder.Services.Any(d => d.ServiceType == typeof(ControllerMark<TEntity>));
        builder.Services.AddSingleton<ControllerMark<TEntity>>();
        builder.Services.AddSingleton(new ControllerName(options.Name));
        builder.Services.TryAddScoped<TController>();
        builder.Services.AddSingleton<IApplier<TController>>(services => new Applier<TController>(new Applier(
            builder.Settings.Name + "/" + options.Name,
            services.GetRequiredService<IKubernetesClient>(),
            services.GetRequiredService<IInformers>())));
        builder.Services.AddSingleton(services => new ControllerRunner(
            options.Name,
            options.MaxConcurrentReconciles,
            () => ControllerParts.Build(
                options,
                new ScopedControllerInvoker<TController, TEntity>(services.GetRequiredService<IServiceScopeFactory>()),
                [.. services.GetServices<FinalizerRegistration<TEntity>>()],
                isFirst,
                Services(services)),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<ControllerRunner>>()));
        return builder;
    }

    /// <summary>Adds a finalizer: every entity of the kind gets its identifier before it is first reconciled.</summary>
    /// <typeparam name="TFinalizer">The finalizer; made from the services for each call.</typeparam>
    /// <typeparam name="TEntity">The kind, which has a controller.</typeparam>
    /// <param name="builder">The operator.</param>
    /// <param name="identifier">What stands in <c>metadata.finalizers</c>: a domain name, a slash, a name.</param>
    /// <exception cref="ArgumentException">The identifier has another form, or is taken.</exception>
    public static IOperatorBuilder AddFinalizer<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFinalizer, TEntity>(
        this IOperatorBuilder builder, string identifier)
        where TFinalizer : class, IEntityFinalizer<TEntity>
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(identifier);
        var slash = identifier.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == identifier.Length - 1)
            throw new ArgumentException($"The finalizer '{identifier}' is not of the form domain/name, which the API server demands.", nameof(identifier));
        if (builder.Services.Any(d => d.ImplementationInstance is FinalizerRegistration<TEntity> known && known.Identifier == identifier))
            throw new ArgumentException($"There is a finalizer '{identifier}' for {typeof(TEntity).Name} already.", nameof(identifier));
        builder.Services.TryAddScoped<TFinalizer>();
        builder.Services.AddSingleton(
            new FinalizerRegistration<TEntity>(identifier, services => services.GetRequiredService<TFinalizer>()));
        return builder;
    }

    private static void Validate<TEntity>(IServiceCollection services, ControllerBuilder<TEntity> options)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        if (string.IsNullOrWhiteSpace(options.Name)) throw new ArgumentException("A controller needs a name.");
        if (options.MaxConcurrentReconciles < 1)
            throw new ArgumentException($"{options.Name}: MaxConcurrentReconciles is {options.MaxConcurrentReconciles}, but at least 1 is needed.");
        if (options.ReconcileTimeout <= TimeSpan.Zero)
            throw new ArgumentException($"{options.Name}: ReconcileTimeout is {options.ReconcileTimeout}; use null for no limit.");
        if (services.Any(d => d.ImplementationInstance is ControllerName known && known.Name == options.Name))
            throw new ArgumentException($"There is a controller '{options.Name}' already. Set another {nameof(ControllerBuilder<>.Name)}.");
    }

    private static ControllerServices Services(IServiceProvider services) => new(
        services.GetRequiredService<IKubernetesClient>(),
        services.GetRequiredService<IInformers>(),
        services.GetRequiredService<WriteTrackers>(),
        services.GetRequiredService<IServiceScopeFactory>(),
        services.GetRequiredService<RuntimeMetrics>(),
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILoggerFactory>());

    private sealed record ControllerName(string Name);

    private sealed class ControllerMark<TEntity>;
}
