using Microsoft.Extensions.Configuration;

namespace Operator.Tests.Admission;

public sealed class AdmissionOptionsTests
{
    [Fact]
    public void Settings_say_what_limiters_are_made_of()
    {
        var admission = Read(
            ("LimiterImage", "registry.example/limiter:2"), ("LimiterAddress", "https://operator:9444"), ("Upstream", "https://gateway.example/claude"),
            ("WebhookPort", "10443"), ("CertificateDirectory", "/certs")).Options.Admission!;
        Assert.Equal(
            ("registry.example/limiter:2", "https://operator:9444/", "https://gateway.example/claude", 10443, "/certs", "claude-operator"),
            (admission.Injection.Image, admission.Injection.OperatorAddress!.AbsoluteUri, admission.Injection.Upstream.AbsoluteUri, admission.Port,
                admission.CertificateDirectory, admission.WebhookConfiguration));
    }

    [Fact]
    public void Admission_can_be_switched_off() => Assert.Null(Read(("Admission", "false")).Options.Admission);

    [Fact]
    public void With_one_namespace_no_webhook_configuration_is_looked_for() =>
        Assert.Null(Read(("Namespace", "team-a")).Options.Admission!.WebhookConfiguration);

    [Theory]
    [InlineData("Upstream", "ftp://x")]
    [InlineData("Upstream", "https://user:secret@x")]
    [InlineData("LimiterAddress", "nowhere")]
    [InlineData("WebhookPort", "x")]
    public void A_wrong_setting_is_an_error_that_names_it(string key, string value) =>
        Assert.Contains(key, Assert.Single(Read((key, value)).Errors), StringComparison.Ordinal);

    private static (OperatorOptions Options, IReadOnlyList<string> Errors) Read(params (string Key, string Value)[] settings) => OperatorOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key, s.Value))).Build());
}
