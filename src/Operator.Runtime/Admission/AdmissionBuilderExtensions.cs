using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Operator.Kubernetes;
using Operator.Kubernetes.Models;
using Operator.Kubernetes.Serialization;
using Operator.Runtime.Admission.Certificates;
using Operator.Runtime.Health;
using Operator.Runtime.Hosting;
using Operator.Runtime.Metrics;

namespace Operator.Runtime.Admission;

/// <summary>Adds admission webhooks to an operator.</summary>
public static class AdmissionBuilderExtensions
{
    /// <summary>
    /// Serves admission over HTTPS on a port of its own, on every replica. Webhooks add it with its defaults; call this to change them.
    /// </summary>
    public static IOperatorBuilder AddAdmission(this IOperatorBuilder builder, Action<AdmissionOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.FirstOrDefault(service => service.ServiceType == typeof(AdmissionOptions))?.ImplementationInstance is AdmissionOptions known)
        {
            configure?.Invoke(known);
            return builder;
        }

        var options = new AdmissionOptions();
        configure?.Invoke(options);
        services.AddSingleton(options);
        AddMetrics(services);
        services.TryAddSingleton(provider => options.CertificateSource ?? Files(provider, options));
        services.TryAddSingleton(new AdmissionJson(builder.Settings));
        services.AddSingleton<AdmissionEndpoint>();
        services.AddSingleton<AdmissionServer>();
        services.AddSingleton<IOperatorLifecycle>(provider => provider.GetRequiredService<AdmissionServer>());
        AddHealth(services);
        return builder;
    }

    /// <summary>
    /// Serves with <c>tls.crt</c> and <c>tls.key</c> of a folder, whether there is admission or not; ready while the certificate is valid.
    /// </summary>
    /// <param name="builder">The operator.</param>
    /// <param name="directory">The folder, as a Secret is mounted.</param>
    public static IOperatorBuilder AddCertificateFiles(this IOperatorBuilder builder, string directory)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        if (services.FirstOrDefault(service => service.ServiceType == typeof(AdmissionOptions))?.ImplementationInstance is AdmissionOptions known)
        {
            known.CertificateDirectory = directory;
            return builder;
        }

        AddMetrics(services);
        services.TryAddSingleton<ICertificateSource>(provider => Files(provider, new AdmissionOptions { CertificateDirectory = directory }));
        AddHealth(services);
        return builder;
    }

    /// <summary>Adds a validation webhook at <c>/validate/{name}</c>.</summary>
    /// <typeparam name="TWebhook">The webhook; made from the services for each request.</typeparam>
    /// <typeparam name="TEntity">The kind; a JSON context of the operator knows it.</typeparam>
    /// <param name="builder">The operator.</param>
    /// <param name="name">The last part of the path; null for the type's name in lower case.</param>
    /// <exception cref="ArgumentException">The path is taken.</exception>
    public static IOperatorBuilder AddValidationWebhook<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TWebhook, TEntity>(
        this IOperatorBuilder builder, string? name = null)
        where TWebhook : ValidationWebhook<TEntity>
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        var path = Claim(builder, "/validate/" + (name ?? NameOf<TEntity>()));
        builder.Services.TryAddScoped<TWebhook>();
        builder.Services.AddSingleton<IAdmissionHandler>(provider => new ValidationHandler<TWebhook, TEntity>(
            path, provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<AdmissionJson>().Json.TypeInfo<TEntity>()));
        return builder;
    }

    /// <summary>Adds a mutation webhook at <c>/mutate/{name}</c>.</summary>
    /// <typeparam name="TWebhook">The webhook; made from the services for each request.</typeparam>
    /// <typeparam name="TEntity">The kind; a JSON context of the operator knows it.</typeparam>
    /// <param name="builder">The operator.</param>
    /// <param name="name">The last part of the path; null for the type's name in lower case.</param>
    /// <exception cref="ArgumentException">The path is taken.</exception>
    public static IOperatorBuilder AddMutationWebhook<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TWebhook, TEntity>(
        this IOperatorBuilder builder, string? name = null)
        where TWebhook : MutationWebhook<TEntity>
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        var path = Claim(builder, "/mutate/" + (name ?? NameOf<TEntity>()));
        builder.Services.TryAddScoped<TWebhook>();
        builder.Services.AddSingleton<IAdmissionHandler>(provider => new MutationHandler<TWebhook, TEntity>(
            path, provider.GetRequiredService<IServiceScopeFactory>(), provider.GetRequiredService<AdmissionJson>().Json.TypeInfo<TEntity>()));
        return builder;
    }

    private static void AddMetrics(IServiceCollection services) =>
        services.TryAddSingleton(provider => new AdmissionMetrics(provider.GetRequiredService<IMeterFactory>().Create(RuntimeMetrics.MeterName)));

    private static FileCertificateSource Files(IServiceProvider provider, AdmissionOptions options) => new FileCertificateSource(
        options.CertificateDirectory, options.CertificateInterval, provider.GetRequiredService<TimeProvider>(),
        provider.GetRequiredService<AdmissionMetrics>(), provider.GetRequiredService<ILogger<FileCertificateSource>>());

    private static void AddHealth(IServiceCollection services) =>
        services.AddSingleton(provider => new HealthCheck(HealthProbe.Ready, "webhook-certificate", _ => ValueTask.FromResult(
            CertificateHealth.Of(provider.GetRequiredService<ICertificateSource>().Current, provider.GetRequiredService<TimeProvider>().GetUtcNow()))));

    private static string NameOf<TEntity>() => typeof(TEntity).Name.ToLowerInvariant();

    private static string Claim(IOperatorBuilder builder, string path)
    {
        builder.AddAdmission();
        if (builder.Services.Any(service => service.ImplementationInstance is ClaimedPath claimed && claimed.Path == path))
            throw new ArgumentException($"There is a webhook at {path} already. Give this one another name.");
        builder.Services.AddSingleton(new ClaimedPath(path));
        return path;
    }

    private sealed record ClaimedPath(string Path);

    /// <summary>JSON as the operator's client has it; contexts may be added until the host is built.</summary>
    private sealed class AdmissionJson(OperatorSettings settings)
    {
        private readonly Lazy<KubernetesJson> _json = new(() => new KubernetesJson([.. settings.JsonContexts]));

        public KubernetesJson Json => _json.Value;
    }
}
