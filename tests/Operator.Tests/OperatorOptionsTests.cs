using Microsoft.Extensions.Configuration;
using Operator.Limiters;

namespace Operator.Tests;

public sealed class OperatorOptionsTests
{
    [Fact]
    public void Without_settings_everything_is_on_with_a_port_of_its_own()
    {
        var (options, errors) = Read();
        Assert.Empty(errors);
        Assert.Equal((null, true, true), (options.Namespace, options.LeaderElection, options.JsonLog));
        int[] ports = [options.HealthPort, options.MetricsPort, options.Admission!.Port, options.Channel!.Port];
        Assert.Equal(4, ports.Distinct().Count());
        Assert.Empty(options.EvalHosts);
    }

    [Fact]
    public void Every_setting_is_read()
    {
        var (options, errors) = Read(
            ("Namespace", "team-a"), ("LeaderElection", "false"), ("LeaseNamespace", "leases"), ("CatalogNamespace", "models"), ("HealthPort", "18081"),
            ("MetricsPort", "0"), ("JsonLog", "False"), ("Image", "registry.example/operator:3"), ("EvalHosts", "evals.example, *.tools.example:8443 private"),
            ("ChannelPort", "19444"), ("Safety", "0.01"));
        Assert.Empty(errors);
        Assert.Equal(("team-a", false, "leases", "models"), (options.Namespace, options.LeaderElection, options.LeaseNamespace, options.CatalogNamespace));
        Assert.Equal((18081, 0, false, "registry.example/operator:3"), (options.HealthPort, options.MetricsPort, options.JsonLog, options.Image));
        Assert.Equal(["evals.example", "*.tools.example:8443 private"], options.EvalHosts);
        Assert.Equal((19444, 0.01), (options.Channel!.Port, options.Safety));
    }

    [Theory]
    [InlineData("Namespace", "Team A", "name of a namespace")]
    [InlineData("Namespace", "-a", "name of a namespace")]
    [InlineData("LeaseNamespace", "a.b", "name of a namespace")]
    [InlineData("CatalogNamespace", "a_b", "name of a namespace")]
    [InlineData("LeaderElection", "yes", "true or false")]
    [InlineData("Admission", "on", "true or false")]
    [InlineData("Channel", "1", "true or false")]
    [InlineData("JsonLog", "text", "true or false")]
    [InlineData("HealthPort", "65536", "port from 0 to 65535")]
    [InlineData("MetricsPort", "-1", "port from 0 to 65535")]
    [InlineData("ChannelPort", "https", "port from 0 to 65535")]
    [InlineData("ChannelAuthentication", "None", "TokenReview or Offline")]
    [InlineData("ChannelAuthentication", "1", "TokenReview or Offline")]
    [InlineData("Safety", "3%", "from 0 to 0.5")]
    [InlineData("Safety", "0.6", "from 0 to 0.5")]
    [InlineData("Safety", "-0.1", "from 0 to 0.5")]
    [InlineData("EvalHosts", "https://evals.example/judge", "EvalHosts")]
    [InlineData("LimiterTelemetryEndpoint", "collector:4317", "http or https address")]
    public void A_wrong_setting_is_told_with_its_variable_and_what_it_must_be(string key, string value, string expected)
    {
        var error = Assert.Single(Read((key, value)).Errors);
        Assert.Contains(OperatorOptions.EnvironmentPrefix + key, error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_wrong_settings_are_told_at_once() =>
        Assert.Equal(3, Read(("Namespace", "A"), ("JsonLog", "x"), ("HealthPort", "y")).Errors.Count);

    [Theory]
    [InlineData("HealthPort", "8080")]
    [InlineData("ChannelPort", "8081")]
    public void A_port_that_is_given_twice_is_an_error(string key, string port) =>
        Assert.Contains($"{port} is given more than once", Assert.Single(Read((key, port)).Errors), StringComparison.Ordinal);

    [Fact]
    public void Any_free_port_may_be_asked_for_more_than_once() =>
        Assert.Empty(Read(("HealthPort", "0"), ("MetricsPort", "0"), ("WebhookPort", "0"), ("ChannelPort", "0")).Errors);

    [Fact]
    public void There_is_no_channel_where_it_is_switched_off() => Assert.Null(Read(("Channel", "false")).Options.Channel);

    [Theory]
    [InlineData(null, null, ChannelAuthentication.TokenReview)]
    [InlineData("team-a", null, ChannelAuthentication.Offline)]
    [InlineData("team-a", "TokenReview", ChannelAuthentication.TokenReview)]
    [InlineData(null, "offline", ChannelAuthentication.Offline)]
    public void Tokens_are_checked_offline_where_one_namespace_is_watched_unless_it_is_said_otherwise(string? watched, string? setting, ChannelAuthentication expected)
    {
        var (options, errors) = Read(("Namespace", watched!), ("ChannelAuthentication", setting!));
        Assert.Empty(errors);
        Assert.Equal(expected, options.Channel!.Authentication);
    }

    [Fact]
    public void Without_admission_the_channel_has_certificates_of_its_own()
    {
        var (options, errors) = Read(("Namespace", "team-a"), ("Admission", "false"), ("CertificateDirectory", "/certificate"), ("WebhookPort", "8081"));
        Assert.Empty(errors);
        Assert.Null(options.Admission);
        var certificates = options.Channel!.Certificates;
        Assert.Equal(("/certificate", null), (certificates.CertificateDirectory, certificates.Webhooks));
        Assert.All(certificates.DnsNames(), n => Assert.StartsWith("claude-operator-limiters", n, StringComparison.Ordinal));
    }

    private static (OperatorOptions Options, IReadOnlyList<string> Errors) Read(params (string Key, string Value)[] settings) => OperatorOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build());
}
