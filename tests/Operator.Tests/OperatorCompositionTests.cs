using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Operator.Admission;
using Operator.Certificates;
using Operator.Kubernetes;
using Operator.Limiters;
using Operator.Limiters.Authentication;
using Operator.Limiters.Authentication.Offline;
using Operator.Runtime.Admission.Certificates;
using Operator.Runtime.Hosting;

namespace Operator.Tests;

/// <summary>Which parts an operator has by its settings.</summary>
public sealed class OperatorCompositionTests
{
    [Theory]
    [InlineData("", true, nameof(TokenReviewAuthenticator), nameof(OwnCertificates))]
    [InlineData("Namespace=team-a", true, nameof(OfflineAuthenticator), nameof(OwnCertificates))]
    [InlineData("Namespace=team-a Admission=false", false, nameof(OfflineAuthenticator), nameof(OwnCertificates))]
    [InlineData("Namespace=team-a Admission=false CertificateDirectory=/certificate", false, nameof(OfflineAuthenticator), "FileCertificateSource")]
    [InlineData("Admission=false", false, nameof(TokenReviewAuthenticator), nameof(OwnCertificates))]
    [InlineData("CertificateDirectory=/certificate ChannelAuthentication=Offline", true, nameof(OfflineAuthenticator), "FileCertificateSource")]
    public void The_channel_has_certificates_and_a_way_to_check_tokens(string settings, bool admits, string authenticator, string certificates)
    {
        using var host = Build(settings);
        var services = host.Services;

        Assert.Equal(authenticator, services.GetRequiredService<ILimiterAuthenticator>().GetType().Name);
        Assert.Equal(certificates, services.GetRequiredService<ICertificateSource>().GetType().Name);
        Assert.Contains(services.GetServices<IOperatorLifecycle>(), p => p is ChannelServer);
        Assert.Contains(services.GetServices<IOperatorLifecycle>(), p => p is TrustPublisher);
        Assert.Equal(admits, services.GetService<ClaudeAdmissionOptions>() is not null);
        // Those who call are told what to trust by the ConfigMap alone where there are no webhooks.
        Assert.Equal(admits && !settings.Contains("Namespace", StringComparison.Ordinal), services.GetRequiredService<TrustSettings>().Webhooks is not null);
    }

    [Fact]
    public void Without_admission_and_channel_there_are_no_certificates()
    {
        using var host = Build("Admission=false Channel=false");

        Assert.Null(host.Services.GetService<ICertificateSource>());
        Assert.Null(host.Services.GetService<ITrustAnchors>());
        Assert.DoesNotContain(host.Services.GetServices<IOperatorLifecycle>(), p => p is ChannelServer);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Namespace=team-a Admission=false", false)]
    public void Limiters_beside_the_operator_are_told_what_to_trust_where_it_watches_one_namespace(string settings, bool excluded)
    {
        using var host = Build(settings);
        var trust = host.Services.GetRequiredService<TrustSettings>();
        Assert.Equal(excluded, trust.WithoutCopies.Contains(trust.Namespace));
    }

    private static IHost Build(string settings)
    {
        var values = settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('=')).Select(s => KeyValuePair.Create(s[0], (string?)s[1]));
        var (options, errors) = OperatorOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        Assert.Empty(errors);
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(DispatchProxy.Create<IKubernetesClient, Nobody>());
        builder.Services.AddClaudeOperator(options with { LeaseNamespace = "operators" });
        return builder.Build();
    }

    /// <summary>No cluster: nothing is asked before the operator starts.</summary>
    public class Nobody : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException($"{targetMethod?.Name} is called before the start");
    }
}
