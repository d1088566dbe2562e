using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Runtime.Admission;
using Operator.Runtime.Admission.Certificates;
using Operator.Runtime.Health;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;

namespace Operator.Certificates;

/// <summary>Adds certificates, and what tells others to trust them, to the operator.</summary>
internal static class CertificatesBuilderExtensions
{
    /// <summary>Adds them.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="options">Where certificates come from.</param>
    /// <param name="injection">The ConfigMap that limiters mount, and the namespaces without limiters.</param>
    public static IOperatorBuilder AddCertificates(this IOperatorBuilder builder, CertificateOptions options, InjectionOptions injection)
    {
        var services = builder.Services;
        var entry = options.PodName is { } pod ? TrustEntries.OfPod(pod) : TrustEntries.OfProcess($"{Environment.MachineName}-{Guid.NewGuid():N}");
        var trust = new TrustSettings(options.Namespace, options.TrustConfigMap, entry, options.Webhooks, injection.AuthorityConfigMap)
        {
            // An operator of one namespace lives beside its limiters, which are put into their pods by hand.
            WithoutCopies = builder.Settings.Namespace is null ? injection.ExcludedNamespaces : new HashSet<string>(StringComparer.Ordinal),
        };
        services.AddSingleton(trust);
        services.AddSingleton(options.Certificates);
        services.AddSingleton<WebhookTrust>();
        if (options.CertificateDirectory is { } directory)
        {
            builder.AddCertificateFiles(directory);
            services.AddSingleton<ITrustAnchors>(provider => new MountedAuthority(directory, provider.GetRequiredService<ILogger<MountedAuthority>>()));
        }
        else
        {
            services.AddSingleton(provider => new OwnCertificates(
                options.Certificates, options.DnsNames(), entry, provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<OwnCertificates>>()));
            services.Replace(ServiceDescriptor.Singleton<ICertificateSource>(provider => provider.GetRequiredService<OwnCertificates>()));
            services.AddSingleton<ITrustAnchors>(provider => provider.GetRequiredService<OwnCertificates>());
            builder.AddReadinessCheck("webhook-trust", provider =>
            {
                var serving = provider.GetRequiredService<OwnCertificates>().ServingAuthority;
                var trusted = serving is not null && provider.GetRequiredService<WebhookTrust>().Holds(serving);
                return trusted
                    ? HealthResult.Healthy()
                    : HealthResult.Unhealthy("the webhook configurations do not trust this replica yet; the leader writes what to trust into them");
            });
        }

        services.AddSingleton<IOperatorLifecycle, TrustPublisher>();
        builder.AddController<WebhookTrustController, V1ConfigMap>(controller =>
        {
            controller.Name = "webhook-trust";
            controller.Scope = trust.EntriesScope;
            controller.Watches<V1Pod>((_, _) => [trust.EntriesKey], ExistenceOnly<V1Pod>(), trust.PodsScope);
            if (trust.Webhooks is null) return;
            controller
                .Watches<V1ValidatingWebhookConfiguration>((_, _) => [trust.EntriesKey], null, trust.WebhooksScope)
                .Watches<V1MutatingWebhookConfiguration>((_, _) => [trust.EntriesKey], null, trust.WebhooksScope);
        });
        builder.AddController<TrustCopyController, V1ConfigMap>(controller =>
        {
            controller.Name = "limiter-trust";
            controller.Scope = trust.EntriesScope;
            controller
                .Watches<ClaudeDeployment>((_, _) => [trust.EntriesKey], ExistenceOnly<ClaudeDeployment>())
                .Watches<V1Pod>((_, _) => [trust.EntriesKey], ExistenceOnly<V1Pod>(), TrustCopyController.LimiterPods(builder.Settings))
                .Watches<V1ConfigMap>((_, _) => [trust.EntriesKey], null, TrustCopyController.Copies(builder.Settings));
        });
        return builder;
    }

    private static EventPredicate<T> ExistenceOnly<T>()
        where T : Kubernetes.IKubernetesObject<V1ObjectMeta> => new() { Updated = static (_, _) => false };
}
