using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Operator.Contract;
using Operator.Testing;

namespace Benchmarks.Limiter.Peers;

/// <summary>The limiter with one deployment and limits that this load does not reach, all of its accounting on.</summary>
internal static class OwnLimiter
{
    /// <summary>Starts it on an API of this machine that speaks plain HTTP/1.1.</summary>
    /// <param name="upstream">The port of the API.</param>
    /// <param name="line">Told of each line of its logs; null for nobody.</param>
    public static Task<Proxy> StartAsync(int upstream, Action<string>? line = null) => StartAsync(new Uri($"http://127.0.0.1:{upstream}"), null, line);

    /// <summary>Starts it.</summary>
    /// <param name="upstream">The API.</param>
    /// <param name="certificate">The file of the certificate that it trusts; null for those of the machine.</param>
    /// <param name="line">Told of each line of its logs; null for nobody.</param>
    public static async Task<Proxy> StartAsync(Uri upstream, string? certificate, Action<string>? line = null)
    {
        var program = await PublishedLimiter.ProgramAsync();
        var (folder, port, health) = (Directory.CreateTempSubdirectory("limiter-").FullName, Proxy.FreePort(), Proxy.FreePort());
        Directory.CreateDirectory(Path.Combine(folder, LimiterPod.Deployments));
        Directory.CreateDirectory(Path.Combine(folder, LimiterPod.Keys));
        await File.WriteAllTextAsync(Path.Combine(folder, LimiterPod.Keys, "triage"), "sk-ant-benchmark");
        await File.WriteAllBytesAsync(
            Path.Combine(folder, LimiterPod.Deployments, "triage.json"), JsonSerializer.SerializeToUtf8Bytes(Deployment(), ContractJsonContext.Default.DeploymentConfiguration));
        var start = new ProcessStartInfo(program);
        start.Environment[LimiterPod.ListenVariable] = $"127.0.0.1:{port}";
        start.Environment[LimiterPod.HealthPortVariable] = health.ToString(CultureInfo.InvariantCulture);
        start.Environment[LimiterPod.DirectoryVariable] = folder;
        start.Environment[LimiterPod.UpstreamVariable] = upstream.ToString();
        foreach (var (name, value) in ImageVariables.Of("limiter")) start.Environment[name] = value;
        if (certificate is not null) start.Environment["SSL_CERT_FILE"] = certificate;
        return await Proxy.StartAsync("limiter", start, new Uri($"http://127.0.0.1:{port}"), $"http://127.0.0.1:{health}/readyz", folder, line);
    }

    private static DeploymentConfiguration Deployment()
    {
        var plenty = new Share(new Amounts(1e6, 1e9, 1e9), new Amounts(1e6, 1e9, 1e9));
        return new DeploymentConfiguration
        {
            Namespace = "team",
            Name = "triage",
            Generation = 1,
            Stable = new RevisionConfiguration
            {
                Revision = new string('a', 64), Model = "claude-sonnet-5-5", PromptName = "triage", PromptVersion = "v1", PromptDigest = new string('d', 64),
                SystemPrompt = "You sort support tickets. Answer with one word: billing, outage, account or other.",
            },
            Quota = new QuotaConfiguration
            {
                Namespace = "team", Name = "tools", Groups = [new GroupConfiguration { Group = "sonnet-5-5", Limits = Amounts.Unlimited, Boot = plenty, Fallback = plenty }],
            },
            Models =
            [
                new ModelConfiguration { Id = "claude-sonnet-5-5", Group = "sonnet-5-5", Prices = [new PriceTier { Input = 2_000, CacheWrite5m = 2_500, CacheWrite1h = 4_000, CacheRead = 200, Output = 10_000 }] },
            ],
        };
    }
}
