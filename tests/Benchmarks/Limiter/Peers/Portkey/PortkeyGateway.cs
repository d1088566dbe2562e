using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using Operator.Testing.Node;

namespace Benchmarks.Limiter.Peers.Portkey;

/// <summary>
/// The LLM gateway of npm, <c>@portkey-ai/gateway</c>, with the upstream as its custom host: what an app gets that puts one gateway
/// between itself and the API. Restored into a cache of the user at the version that package.json beside this file pins; its web server
/// is held at the last version with which its streams work (its issue 1389).
/// </summary>
internal static class PortkeyGateway
{
    public const string Name = "portkey";

    /// <summary>Names a folder whose node_modules hold the package, where npm may not restore it.</summary>
    private const string ModulesVariable = "BENCHMARKS_NODE_MODULES";
    private const string PackageName = "@portkey-ai/gateway";
    private static readonly string[] Files = ["package.json", "loopback.cjs"];
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(20);

    /// <summary>Restores and starts it, and sends it one request of each kind.</summary>
    /// <param name="upstream">The port of the API.</param>
    /// <returns>The gateway, or null and why it is not there.</returns>
    public static async Task<(Proxy? Gateway, string? Reason)> StartAsync(int upstream)
    {
        var package = new NodePackage(PackageName, Cache(), ModulesVariable);
        if (await package.MissingReasonAsync() is { } missing) return (null, missing);
        try
        {
            var gateway = await StartAsync(package.Folder, upstream);
            if (await ProblemAsync(gateway) is not { } problem) return (gateway, null);
            gateway.Dispose();
            return (null, problem);
        }
        catch (InvalidOperationException e)
        {
            return (null, e.Message);
        }
    }

    private static Task<Proxy> StartAsync(string package, int upstream)
    {
        var (folder, port) = (Directory.CreateTempSubdirectory("portkey-").FullName, Proxy.FreePort());
        var script = Path.Combine(package, "node_modules", PackageName, "build", "start-server.js");
        var start = new ProcessStartInfo(Proxy.Find("node")!, ["--require", Path.Combine(package, "loopback.cjs"), script, $"--port={port}", "--headless"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
        };
        // It reads proxies, caches and keys from its environment: none of this machine's.
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["NODE_ENV"] = "production";
        Dictionary<string, string> headers = new(StringComparer.Ordinal)
        {
            ["x-portkey-provider"] = "anthropic",
            ["x-portkey-custom-host"] = $"http://127.0.0.1:{upstream}/v1",
            ["x-portkey-forward-headers"] = UpstreamProcess.HoldHeader,
        };
        return Proxy.StartAsync(Name, start, new Uri($"http://127.0.0.1:{port}"), "/", folder, headers: headers);
    }

    /// <summary>Why it cannot be measured; null when it can.</summary>
    private static async Task<string?> ProblemAsync(Proxy gateway)
    {
        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(l => l.Port == gateway.Address.Port).ToList();
        if (listening.Count == 0 || !listening.All(l => IPAddress.IsLoopback(l.Address))) return "it does not listen on loopback alone";
        using var load = new Load(gateway.Address, gateway.Headers);
        using var limit = new CancellationTokenSource(ProbeLimit);
        try
        {
            await load.SendAsync(stream: false, null, limit.Token);
            await load.SendAsync(stream: true, null, limit.Token);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or HttpRequestException or OperationCanceledException)
        {
            return e.Message;
        }
    }

    /// <summary>A folder outside of the tree, so that a clean build does not fetch the package again; another one for each package.json.</summary>
    private static string Cache()
    {
        var source = Path.Combine(AppContext.BaseDirectory, "Limiter", "Peers", "Portkey");
        var pinned = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(source, "package.json"))))[..12];
        var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create);
        var folder = Path.Combine(data, "claude-operator", "benchmarks", $"{Name}-{pinned}");
        Directory.CreateDirectory(folder);
        foreach (var file in Files) File.Copy(Path.Combine(source, file), Path.Combine(folder, file), overwrite: true);
        return folder;
    }
}
