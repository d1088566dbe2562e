using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Operator.Runtime.Health;
using Operator.Runtime.LeaderElection;
using Operator.Runtime.Metrics;

namespace Operator.Runtime.Hosting;

/// <summary>Adds the host of an operator's parts, and changes how it shuts down.</summary>
public static class OperatorHostExtensions
{
    /// <summary>Changes how long each step of a shutdown may take.</summary>
    public static IOperatorBuilder ConfigureShutdown(this IOperatorBuilder builder, Action<OperatorShutdownOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = builder.Services.Select(service => service.ImplementationInstance).OfType<OperatorShutdownOptions>().Single();
        configure(options);
        return builder;
    }

    /// <summary>Registers the host and what it needs when nothing else is chosen.</summary>
    internal static void AddOperatorHost(this IServiceCollection services)
    {
        var shutdown = new OperatorShutdownOptions();
        services.AddSingleton(shutdown);
        services.AddSingleton<OperatorState>();
        services.TryAddSingleton<ILeadershipTerm, EndlessTerm>();
        services.TryAddSingleton<IOperatorExit, OperatorExit>();
        services.AddEveryReplicaClient();
        services.AddOptions<HostOptions>().Configure(host =>
        {
            // The host must not give up before the steps of the shutdown have had their own time.
            var needed = shutdown.Total + TimeSpan.FromSeconds(5);
            if (host.ShutdownTimeout < needed) host.ShutdownTimeout = needed;
        });
        services.AddHostedService(provider =>
        {
            // Before the parts are made: what they count from their first moment on is then in the metrics.
            if (provider.GetService<MetricsOptions>() is not null) provider.GetRequiredService<PrometheusExporter>();
            return new OperatorHost(
                provider.GetServices<IOperatorLifecycle>(),
                provider.GetRequiredService<ILeadershipTerm>(),
                provider.GetRequiredService<OperatorState>(),
                provider.GetRequiredService<IOperatorExit>(),
                shutdown,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<OperatorHost>>());
        });
    }
}
