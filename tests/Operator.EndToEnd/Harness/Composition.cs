using Microsoft.Extensions.DependencyInjection;
using Operator.Runtime.LeaderElection;

namespace Operator.EndToEnd.Harness;

/// <summary>Puts the operator together as its program does, for a scenario's clock.</summary>
internal static class Composition
{
    public static void Add(IServiceCollection services) =>
        Add(services, new OperatorOptions { HealthPort = 0, MetricsPort = 0, LeaseNamespace = "default" });

    public static void Add(IServiceCollection services, OperatorOptions options)
    {
        services.AddClaudeOperator(options);
        // The scenario's clock runs some hundred times faster than the network does.
        var election = services.Select(s => s.ImplementationInstance).OfType<LeaderElectionOptions>().Single();
        election.LeaseDuration = TimeSpan.FromHours(3);
        election.RenewDeadline = TimeSpan.FromHours(2);
        election.RetryPeriod = TimeSpan.FromMinutes(1);
        election.ReleaseTimeout = TimeSpan.FromHours(1);
    }
}
