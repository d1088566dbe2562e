using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;
using Operator.Runtime.Metrics;

namespace Operator.Runtime.Events;

/// <summary>Changes how an operator's events are recorded. The recorder itself, <see cref="IEventRecorder"/>, is always there.</summary>
public static class EventBuilderExtensions
{
    /// <summary>Changes how events are recorded.</summary>
    public static IOperatorBuilder ConfigureEvents(this IOperatorBuilder builder, Action<EventOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        configure(builder.Services.Select(service => service.ImplementationInstance).OfType<EventOptions>().Single());
        return builder;
    }

    /// <summary>Registers the recorder.</summary>
    internal static void AddEventRecorder(this IServiceCollection services, OperatorSettings settings)
    {
        var options = new EventOptions();
        services.AddSingleton(options);
        services.AddSingleton(provider =>
        {
            var clock = provider.GetRequiredService<TimeProvider>();
            var metrics = new EventMetrics(provider.GetRequiredService<IMeterFactory>().Create(RuntimeMetrics.MeterName));
            var writer = new EventWriter(
                provider.GetRequiredKeyedService<IKubernetesClient>(LeaderElectionBuilderExtensions.EveryReplica),
                options.ReportingController ?? settings.Name,
                options.ReportingInstance ?? Environment.MachineName,
                options, metrics, clock, Random.Shared.NextDouble, provider.GetRequiredService<ILogger<EventWriter>>());
            return new EventRecorder(writer, options, metrics, clock, provider.GetRequiredService<ILogger<EventRecorder>>());
        });
        services.AddSingleton<IEventRecorder>(provider => provider.GetRequiredService<EventRecorder>());
        services.AddSingleton<IOperatorLifecycle>(provider => provider.GetRequiredService<EventRecorder>());
    }
}
