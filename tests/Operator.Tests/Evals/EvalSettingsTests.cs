using Microsoft.Extensions.Configuration;

namespace Operator.Tests.Evals;

public class EvalSettingsTests
{
    [Fact]
    public void Hosts_come_from_the_settings()
    {
        var (options, errors) = Read(("EvalHosts", "evals.example.com, *.internal:8443 private"));
        Assert.Empty(errors);
        Assert.Equal(["evals.example.com", "*.internal:8443 private"], options.EvalHosts);
    }

    [Fact]
    public void A_host_of_another_form_is_told_at_the_start()
    {
        var (_, errors) = Read(("EvalHosts", "https://x/, ok.example.com"));
        Assert.Contains("'https://x/' is no host", Assert.Single(errors), StringComparison.Ordinal);
    }

    private static (OperatorOptions Options, IReadOnlyList<string> Errors) Read(params (string Key, string Value)[] settings) =>
        OperatorOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
}
