using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Kubernetes.Models;
using Operator.Runtime.Admission;
using Operator.Runtime.Caching;

namespace Operator.Injection;

/// <summary>Puts limiters into new pods. It never refuses a pod: one that cannot have a limiter starts without, and says why.</summary>
internal sealed partial class PodInjectionWebhook(
    IInformers informers, InjectionOptions options, InjectionMetrics metrics, ILogger<PodInjectionWebhook> logger) : MutationWebhook<V1Pod>
{
    /// <inheritdoc/>
    public override async Task<MutationResult<V1Pod>> CreateAsync(V1Pod entity, bool dryRun, CancellationToken cancellationToken)
    {
        var deployments = informers.Get<ClaudeDeployment>();
        var quotas = informers.Get<ClaudeQuota>();
        // A pod that came while the caches fill would look as if nobody asked for a limiter. The API server's own timeout bounds this.
        await deployments.WaitForSyncAsync(cancellationToken);
        await quotas.WaitForSyncAsync(cancellationToken);

        var @namespace = Request.Namespace ?? entity.Metadata.NamespaceProperty ?? "";
        var result = PodInjection.Inject(entity, options, @namespace, deployments.List(@namespace), quotas.Get);
        if (!dryRun) metrics.Decided(result);
        switch (result.Outcome)
        {
            case InjectionOutcome.Injected:
                return Modified(result.Pod!, result.Warnings);
            case InjectionOutcome.Refused:
                Log.Refused(logger, @namespace, entity.Metadata.Name ?? entity.Metadata.GenerateName, result.Reason, result.Message);
                entity.Metadata.Annotations ??= new Dictionary<string, string>();
                entity.Metadata.Annotations[InjectionMarks.Refused] = PodInjection.Annotation(result);
                return Modified(entity, [$"no limiter was put into the pod: {result.Message}", .. result.Warnings.Where(w => w != result.Message)]);
            default:
                return NoChanges();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Pod {Namespace}/{Pod} gets no limiter ({Reason}): {Message}")]
        public static partial void Refused(ILogger logger, string @namespace, string? pod, string? reason, string message);
    }
}
