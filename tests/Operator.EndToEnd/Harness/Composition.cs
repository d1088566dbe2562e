using Microsoft.Extensions.DependencyInjection;
using Operator.Rollouts;
using Operator.Runtime.Hosting;

namespace Operator.EndToEnd.Harness;

/// <summary>Puts the operator together as its program does.</summary>
internal static class Composition
{
    public static void Add(IServiceCollection services)
    {
        services.AddKubernetesOperator(o => o.Name = "claude-operator");
        services.AddSingleton<MeasurementStore>();
    }
}
