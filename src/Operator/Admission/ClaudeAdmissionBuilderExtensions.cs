using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Operator.Api;
using Operator.Certificates;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Runtime.Admission;
using Operator.Runtime.Admission.Certificates;
using Operator.Runtime.Caching;
using Operator.Runtime.Health;
using Operator.Runtime.Hosting;
using Operator.Runtime.Reconciling;

namespace Operator.Admission;

/// <summary>Adds admission, injection and certificates to the operator.</summary>
public static class ClaudeAdmissionBuilderExtensions
{
    /// <summary>
    /// Validates the three kinds, puts limiters into pods, and keeps the certificates that both need. An
    /// <see cref="Operator.Api.Validation.IModelKnowledge"/> in the services, where there is one, lets validation know models.
    /// </summary>
    /// <param name="builder">The operator.</param>
    /// <param name="configure">Changes the options.</param>
    /// <exception cref="InvalidOperationException">An option is out of its range.</exception>
    public static IOperatorBuilder AddClaudeAdmission(this IOperatorBuilder builder, Action<ClaudeAdmissionOptions>? configure = null)
    {
        var options = new ClaudeAdmissionOptions();
        configure?.Invoke(options);
        return builder.AddClaudeAdmission(options);
    }

    /// <summary>Validates the three kinds, puts limiters into pods, and keeps the certificates that both need.</summary>
    /// <param name="builder">The operator.</param>
    /// <param name="options">How.</param>
    /// <exception cref="InvalidOperationException">An option is out of its range.</exception>
    public static IOperatorBuilder AddClaudeAdmission(this IOperatorBuilder builder, ClaudeAdmissionOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        options.Injection.ExcludedNamespaces.Add(options.Namespace);
        options.Injection.Validate();

        var services = builder.Services;
        if (!builder.Settings.JsonContexts.Contains(ApiJsonContext.Default)) builder.Settings.JsonContexts.Add(ApiJsonContext.Default);
        services.AddSingleton(options);
        services.AddSingleton(options.Injection);
        services.AddSingleton<InjectionMetrics>();
        builder.AddAdmission(admission =>
        {
            admission.Port = options.Port;
            admission.BindAddress = options.BindAddress;
            if (options.CertificateDirectory is { } directory) admission.CertificateDirectory = directory;
        });
        // The caches of the webhooks, known before they run: an informer that the first request made would keep it waiting.
        services.AddSingleton<IOperatorLifecycle, AdmissionCaches>();
        builder.AddValidationWebhook<ClaudeDeploymentWebhook, ClaudeDeployment>()
            .AddValidationWebhook<ClaudeQuotaWebhook, ClaudeQuota>()
            .AddValidationWebhook<ClaudeEvalRunWebhook, ClaudeEvalRun>()
            .AddMutationWebhook<PodInjectionWebhook, V1Pod>("pod");
        AddCertificates(builder, options);
        return builder;
    }

    private static void AddCertificates(IOperatorBuilder builder, ClaudeAdmissionOptions options)
    {
        var services = builder.Services;
        var entry = options.PodName is { } pod ? TrustEntries.OfPod(pod) : TrustEntries.OfProcess($"{Environment.MachineName}-{Guid.NewGuid():N}");
        var trust = new TrustSettings(
            options.Namespace, options.TrustConfigMap, entry, options.WebhookConfiguration, options.Injection.AuthorityConfigMap);
        services.AddSingleton(trust);
        services.AddSingleton(options.Certificates);
        services.AddSingleton<WebhookTrust>();
        if (options.CertificateDirectory is { } directory)
        {
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
    }

    private static EventPredicate<T> ExistenceOnly<T>()
        where T : Kubernetes.IKubernetesObject<V1ObjectMeta> => new() { Updated = static (_, _) => false };

    /// <summary>Makes the caches known that webhooks read.</summary>
    private sealed class AdmissionCaches(IInformers informers) : IOperatorLifecycle
    {
        public OperatorStage Stage => OperatorStage.Informers;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            informers.Get<ClaudeDeployment>();
            informers.Get<ClaudeQuota>();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
