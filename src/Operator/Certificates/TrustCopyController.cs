using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Contract;
using Operator.Injection;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Runtime.Applying;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;

namespace Operator.Certificates;

/// <summary>
/// On the leader: keeps a copy of the bundle, as a ConfigMap, in every namespace with a ClaudeDeployment or with pods that have a
/// limiter, and takes it out of the others.
/// </summary>
internal sealed partial class TrustCopyController(
    TrustSettings settings, OperatorSettings operation, IApplier<TrustCopyController> applier,
    IInformers informers, IKubernetesClient client, TimeProvider time, ILogger<TrustCopyController> logger) : IEntityController<V1ConfigMap>
{
    private const string Component = "app.kubernetes.io/component";
    private const string ComponentValue = "limiter-trust";
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>The copies of all namespaces that the operator sees.</summary>
    public static InformerScope Copies(OperatorSettings settings) =>
        new() { Namespace = settings.Namespace, LabelSelector = $"{Component}={ComponentValue}" };

    /// <summary>Pods that have a limiter.</summary>
    public static InformerScope LimiterPods(OperatorSettings settings) =>
        new() { Namespace = settings.Namespace, LabelSelector = $"{InjectionMarks.Limiter}={InjectionMarks.LimiterValue}" };

    public async Task<ReconciliationResult<V1ConfigMap>> ReconcileAsync(V1ConfigMap entity, CancellationToken cancellationToken)
    {
        var deployments = informers.Get<ClaudeDeployment>();
        var pods = informers.Get<V1Pod>(LimiterPods(operation));
        var copies = informers.Get<V1ConfigMap>(Copies(operation));
        // An empty cache must not look like a cluster without limiters.
        await deployments.WaitForSyncAsync(cancellationToken);
        await pods.WaitForSyncAsync(cancellationToken);
        await copies.WaitForSyncAsync(cancellationToken);

        var bundle = TrustEntries.Bundle(entity.Data ?? new Dictionary<string, string>(), time.GetUtcNow());
        var needed = deployments.List().Select(d => d.Metadata.NamespaceProperty).Concat(pods.List().Select(p => p.Metadata.NamespaceProperty))
            .OfType<string>().Where(name => !settings.WithoutCopies.Contains(name)).ToHashSet(StringComparer.Ordinal);
        var failures = new List<Exception>();
        foreach (var copy in copies.List().Where(copy => copy.Metadata.Name == settings.Copy && copy.Metadata.DeletionTimestamp is null))
        {
            var name = copy.Metadata.NamespaceProperty!;
            if (!needed.Contains(name))
                await TryAsync(name, () => client.DeleteAsync<V1ConfigMap>(settings.Copy, name, new DeleteOptions { Uid = copy.Metadata.Uid }, cancellationToken), failures);
            else if (bundle.Length == 0 || IsUpToDate(copy, bundle))
                needed.Remove(name);
        }

        if (bundle.Length > 0)
        {
            foreach (var name in needed.Order(StringComparer.Ordinal))
                await TryAsync(name, () => applier.ApplyAsync(Copy(name, bundle), cancellationToken: cancellationToken), failures);
        }

        return failures.Count == 0
            ? ReconciliationResult<V1ConfigMap>.Success(entity, Interval)
            : ReconciliationResult<V1ConfigMap>.Failure(entity, $"{failures.Count} namespaces could not be brought up to date", failures[0]);
    }

    public Task<ReconciliationResult<V1ConfigMap>> DeletedAsync(V1ConfigMap entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<V1ConfigMap>.Success(entity));

    private static bool IsUpToDate(V1ConfigMap copy, string bundle) =>
        copy.Data is { } data && data.TryGetValue(LimiterPod.AuthorityFile, out var stands) && stands == bundle;

    private V1ConfigMap Copy(string @namespace, string bundle) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = settings.Copy,
            NamespaceProperty = @namespace,
            Labels = new Dictionary<string, string> { [Labels.ManagedBy] = Labels.ManagedByValue, [Component] = ComponentValue },
        },
        Data = new Dictionary<string, string> { [LimiterPod.AuthorityFile] = bundle },
    };

    /// <summary>One namespace, such as one that is going away, must not keep the others from their copies.</summary>
    private async Task TryAsync(string @namespace, Func<Task> write, List<Exception> failures)
    {
        try
        {
            await write();
        }
        catch (KubernetesException error)
        {
            Log.Failed(logger, settings.Copy, @namespace, error);
            failures.Add(error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(8, LogLevel.Warning, "ConfigMap {Name} in {Namespace} could not be brought up to date; limiters there keep the former one")]
        public static partial void Failed(ILogger logger, string name, string @namespace, Exception error);
    }
}
