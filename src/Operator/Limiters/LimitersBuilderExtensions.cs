using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Limiters.Authentication;
using Operator.Limiters.Authentication.Offline;
using Operator.Limiters.Configurations;
using Operator.Limiters.Reports;
using Operator.Limiters.Spend;
using Operator.Runtime.Hosting;
using Operator.Runtime.LeaderElection;

namespace Operator.Limiters;

/// <summary>Adds the channel to limiters. It needs certificates: those of admission, or some of its own.</summary>
internal static class LimitersBuilderExtensions
{
    /// <summary>Adds the channel and the loop that shares quotas out.</summary>
    public static IOperatorBuilder AddLimiters(this IOperatorBuilder builder, ChannelOptions options)
    {
        var services = builder.Services;
        services.AddSingleton(options);
        if (options.Authentication == ChannelAuthentication.Offline)
        {
            services.AddSingleton(provider => new PublishedKeys(
                path => provider.GetRequiredKeyedService<IKubernetesClient>(LeaderElectionBuilderExtensions.EveryReplica).GetTextAsync(path),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PublishedKeys>>()));
            services.TryAddSingleton<ILimiterAuthenticator, OfflineAuthenticator>();
        }
        else
        {
            services.TryAddSingleton<ILimiterAuthenticator, TokenReviewAuthenticator>();
        }
        services.AddSingleton<LeaderEpoch>();
        services.AddSingleton<SteadyClock>();
        services.AddSingleton<LimiterPods>();
        services.AddSingleton<LimiterConfigurations>();
        services.AddSingleton<LimiterStreams>();
        services.AddSingleton<SpendBook>();
        services.AddSingleton<SpendCheckpoints>();
        services.AddSingleton<ReportDesk>();
        services.AddSingleton<ChannelMetrics>();
        services.AddSingleton<ChannelEndpoint>();
        services.AddSingleton<QuotaLoop>();
        services.AddSingleton<IOperatorLifecycle>(provider => provider.GetRequiredService<QuotaLoop>());
        services.AddSingleton<ChannelServer>();
        services.AddSingleton<IOperatorLifecycle>(provider => provider.GetRequiredService<ChannelServer>());
        return builder;
    }
}
