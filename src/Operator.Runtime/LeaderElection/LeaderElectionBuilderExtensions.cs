using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Runtime.Health;
using Operator.Runtime.Hosting;
using Operator.Runtime.Metrics;

namespace Operator.Runtime.LeaderElection;

/// <summary>Adds leader election to an operator.</summary>
public static class LeaderElectionBuilderExtensions
{
    /// <summary>
    /// The key of an <see cref="IKubernetesClient"/> for what every replica does, whether it leads or not, such as renewing
    /// certificates. Writes of a former leader are refused there too.
    /// </summary>
    public const string EveryReplica = "operator/every-replica";

    private const string NamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

    /// <summary>
    /// Lets one of several replicas act: controllers run only while this one leads, and the <see cref="IKubernetesClient"/> of the
    /// services refuses writes as soon as it does not. The process ends with exit code 1 when it loses its leadership.
    /// </summary>
    /// <exception cref="InvalidOperationException">A duration is out of its range.</exception>
    public static IOperatorBuilder AddLeaderElection(this IOperatorBuilder builder, Action<LeaderElectionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(LeaderElectionOptions)))
            throw new InvalidOperationException("Leader election was added already.");
        var options = new LeaderElectionOptions();
        configure?.Invoke(options);
        options.Validate();

        var services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(provider => new LeadershipFence(provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<UnfencedClient>();
        services.DecorateKubernetesClient((provider, inner) =>
        {
            provider.GetRequiredService<UnfencedClient>().Client = inner;
            return new LeaderFencedClient(inner, provider.GetRequiredService<LeadershipFence>(), FencePolicy.LeaderOnly);
        });
        services.AddSingleton(provider => Elector(provider, builder.Settings, options));
        services.AddSingleton<ILeaderElection>(provider => provider.GetRequiredService<LeaderElector>());
        services.Replace(ServiceDescriptor.Singleton<ILeadership>(provider => provider.GetRequiredService<LeaderElector>()));
        services.Replace(ServiceDescriptor.Singleton<ILeadershipTerm>(provider => provider.GetRequiredService<LeaderElector>()));
        services.AddSingleton(provider => new HealthCheck(HealthProbe.Health, "leader-election", _ => ValueTask.FromResult(
            provider.GetRequiredService<LeaderElector>().WasLost
                ? HealthResult.Unhealthy("led and lost its lease, and should have ended")
                : HealthResult.Healthy())));
        return builder;
    }

    /// <summary>Registers the client for what every replica does.</summary>
    internal static void AddEveryReplicaClient(this IServiceCollection services) =>
        services.TryAddKeyedSingleton<IKubernetesClient>(EveryReplica, (provider, _) =>
        {
            var client = provider.GetRequiredService<IKubernetesClient>();
            return provider.GetService<UnfencedClient>()?.Client is { } unfenced
                ? new LeaderFencedClient(unfenced, provider.GetRequiredService<LeadershipFence>(), FencePolicy.AllButFormerLeader)
                : client;
        });

    private static LeaderElector Elector(IServiceProvider provider, OperatorSettings settings, LeaderElectionOptions options)
    {
        // Making the client makes the fence around it, and tells what is inside.
        provider.GetRequiredService<IKubernetesClient>();
        var unfenced = provider.GetRequiredService<UnfencedClient>().Client!;
        var name = options.LeaseName ?? settings.Name;
        var elector = new LeaderElector(
            new LeaseLock(unfenced, options.LeaseNamespace ?? OwnNamespace(settings), name),
            provider.GetRequiredService<LeadershipFence>(),
            options,
            options.Identity ?? $"{Environment.MachineName}_{Guid.NewGuid():N}",
            provider.GetRequiredService<TimeProvider>(),
            Random.Shared.NextDouble,
            provider.GetRequiredService<ILogger<LeaderElector>>());
        var label = new KeyValuePair<string, object?>("name", name);
        provider.GetRequiredService<IMeterFactory>().Create(RuntimeMetrics.MeterName).CreateObservableGauge(
            "leader_election_master_status", () => new Measurement<int>(elector.IsLeader ? 1 : 0, label), null,
            "Gauge of if the reporting system is master of the relevant lease, 0 indicates backup, 1 indicates master.");
        return elector;
    }

    private static string OwnNamespace(OperatorSettings settings)
    {
        if (Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } given) return given;
        if (settings.Cluster?.Namespace is { Length: > 0 } configured) return configured;
        return File.Exists(NamespaceFile) ? File.ReadAllText(NamespaceFile).Trim() : "default";
    }

    /// <summary>The client inside of the fence.</summary>
    private sealed class UnfencedClient
    {
        public IKubernetesClient? Client { get; set; }
    }
}
