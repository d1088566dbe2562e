using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Operator.Api;
using Operator.Contract;
using Operator.Evals.Providers;
using Operator.Evals.Runs;
using Operator.Evals.Suites;
using Operator.Kubernetes.Models;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;

namespace Operator.Evals;

/// <summary>Adds evals to the operator.</summary>
internal static class EvalBuilderExtensions
{
    /// <summary>Adds the controller of ClaudeEvalRuns, its providers, and <see cref="IEvalRuns"/>.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="prices">The prices of a model; null where they are not known.</param>
    /// <param name="configure">Sets what the administrator decides; null for the defaults.</param>
    /// <exception cref="FormatException">An entry of <see cref="EvalOptions.HttpHosts"/> has another form.</exception>
    public static IOperatorBuilder AddEvals(
        this IOperatorBuilder builder, Func<IServiceProvider, Func<string, IReadOnlyList<PriceTier>?>> prices, Action<EvalOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new EvalOptions();
        configure?.Invoke(options);
        AllowedHost[] hosts = [.. options.HttpHosts.Select(AllowedHost.Parse)];
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<EvalMetrics>();
        services.AddSingleton<SuiteLoader>();
        services.AddSingleton<EvalJobs>();
        services.AddSingleton<EvalRunSources>();
        services.AddSingleton<IEvalRuns, EvalRuns>();
        services.AddSingleton(s => new EvalRunStatus(prices(s), s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(new HttpEvaluator(hosts, static (host, token) => Dns.GetHostAddressesAsync(host, token)));
        services.AddSingleton<IEvalProvider, BuiltInEvalProvider>();
        services.AddSingleton<IEvalProvider, HttpEvalProvider>();
        services.AddSingleton<IEvalProvider, CronJobEvalProvider>();
        services.AddSingleton<IEvalProvider>(s => new ExternalEvalProvider(s.GetRequiredService<IInformers>().Get<ClaudeEvalRun>().List));
        return builder.AddController<EvalRunController, ClaudeEvalRun>(c => c
            .Owns<V1Job>(scope: new InformerScope { Namespace = builder.Settings.Namespace, LabelSelector = $"{Labels.ManagedBy}={Labels.ManagedByValue},{Labels.Gate}" })
            .Watches<ClaudeDeployment>(static (deployment, runs) => Concerned(deployment, runs), Predicates.GenerationChanged<ClaudeDeployment>())
            .Watches<ClaudeEvalRun>(static (run, runs) => Concerned(run, runs)));
    }

    private static IEnumerable<ObjectKey> Concerned(ClaudeDeployment deployment, IEntityStore<ClaudeEvalRun> runs) =>
        Unfinished(runs, deployment.Metadata.NamespaceProperty, deployment.Metadata.Name, null);

    // Runs wait for those of stable, and for those that bring a result.
    private static IEnumerable<ObjectKey> Concerned(ClaudeEvalRun run, IEntityStore<ClaudeEvalRun> runs) =>
        run.Unreadable is null && (run.Spec.Result is not null || run.Spec.Attempt is null)
            ? Unfinished(runs, run.Metadata.NamespaceProperty, run.Spec.DeploymentRef.Name, run.Spec.Gate).Where(k => k.Name != run.Metadata.Name)
            : [];

    private static IEnumerable<ObjectKey> Unfinished(IEntityStore<ClaudeEvalRun> runs, string? @namespace, string? deployment, string? gate) =>
        runs.List(@namespace)
            .Where(r => r.Unreadable is null && r.Status.Phase is not (EvalPhase.Completed or EvalPhase.Cancelled)
                && r.Spec.DeploymentRef.Name == deployment && (gate is null || r.Spec.Gate == gate))
            .Select(r => ObjectKey.Of(r));
}
