using Microsoft.Extensions.DependencyInjection;
using Operator.Api;
using Operator.Certificates;
using Operator.Injection;
using Operator.Kubernetes.Models;
using Operator.Runtime.Admission;
using Operator.Runtime.Caching;
using Operator.Runtime.Hosting;

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
        return builder.AddCertificates(options, options.Injection);
    }

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
