using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Operator.Contract;

namespace Benchmarks.Limiter;

/// <summary>A proxy in processes of its own.</summary>
internal sealed class Proxy : IDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private Proxy(string name, Process process, Uri address, Uri ready, string folder, TimeSpan started) =>
        (Name, _process, Address, Ready, _folder, Started) = (name, process, address, ready, folder, started);

    public string Name { get; }

    public Uri Address { get; }

    /// <summary>What answers once it is ready.</summary>
    public Uri Ready { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan Started { get; }

    /// <summary>CPU time of the process and its children, in seconds.</summary>
    public double CpuSeconds => Tree().Sum(p =>
    {
        using var process = Process.GetProcessById(p);
        return process.TotalProcessorTime.TotalSeconds;
    });

    /// <summary>Resident memory of the process and its children, in megabytes.</summary>
    public double Megabytes => Tree().Sum(p => File.ReadLines($"/proc/{p}/status").Where(l => l.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(l => long.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)).FirstOrDefault() / 1024.0);

    /// <summary>nginx as a plain proxy; null where it is not installed.</summary>
    public static async Task<Proxy?> NginxAsync(int upstream)
    {
        if (Find("nginx") is not { } nginx) return null;
        var (folder, port) = (Directory.CreateTempSubdirectory("nginx-").FullName, FreePort());
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            worker_processes 1; daemon off; pid {{folder}}/pid; error_log {{folder}}/error.log;
            events { worker_connections 8192; }
            http {
              access_log off; client_body_temp_path {{folder}}/b; proxy_temp_path {{folder}}/p; fastcgi_temp_path {{folder}}/f; uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s;
              keepalive_requests 1000000;
              upstream api { server 127.0.0.1:{{upstream}}; keepalive 256; keepalive_requests 1000000; }
              server { listen 127.0.0.1:{{port}}; location / { proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }
            }
            """);
        return await StartAsync("nginx", new ProcessStartInfo(nginx, ["-c", Path.Combine(folder, "nginx.conf"), "-p", folder]), new Uri($"http://127.0.0.1:{port}"), "/", folder);
    }

    /// <summary>HAProxy as a plain proxy; null where it is not installed.</summary>
    public static async Task<Proxy?> HaproxyAsync(int upstream)
    {
        if (Find("haproxy") is not { } haproxy) return null;
        var (folder, port) = (Directory.CreateTempSubdirectory("haproxy-").FullName, FreePort());
        await File.WriteAllTextAsync(Path.Combine(folder, "haproxy.cfg"), $"""
            global
              nbthread 1
              maxconn 8192
            defaults
              mode http
              timeout connect 5s
              timeout client 120s
              timeout server 120s
              http-reuse always
            frontend in
              bind 127.0.0.1:{port}
              default_backend api
            backend api
              server one 127.0.0.1:{upstream}

            """);
        return await StartAsync("haproxy", new ProcessStartInfo(haproxy, ["-db", "-f", Path.Combine(folder, "haproxy.cfg")]), new Uri($"http://127.0.0.1:{port}"), "/", folder);
    }

    /// <summary>The limiter with one deployment and limits that this load does not reach, all of its accounting on.</summary>
    /// <param name="upstream">The port of the API.</param>
    /// <param name="line">Told of each line of its logs; null for nobody.</param>
    public static async Task<Proxy> LimiterAsync(int upstream, Action<string>? line = null)
    {
        var (folder, port, health) = (Directory.CreateTempSubdirectory("limiter-").FullName, FreePort(), FreePort());
        Directory.CreateDirectory(Path.Combine(folder, LimiterPod.Deployments));
        Directory.CreateDirectory(Path.Combine(folder, LimiterPod.Keys));
        await File.WriteAllTextAsync(Path.Combine(folder, LimiterPod.Keys, "triage"), "sk-ant-benchmark");
        await File.WriteAllBytesAsync(
            Path.Combine(folder, LimiterPod.Deployments, "triage.json"), JsonSerializer.SerializeToUtf8Bytes(Deployment(), ContractJsonContext.Default.DeploymentConfiguration));
        var own = Environment.GetEnvironmentVariable("LIMITER");
        var start = own is not null ? new ProcessStartInfo(own) : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Operator.Limiter.dll")]);
        start.Environment[LimiterPod.ListenVariable] = $"127.0.0.1:{port}";
        start.Environment[LimiterPod.HealthPortVariable] = health.ToString(CultureInfo.InvariantCulture);
        start.Environment[LimiterPod.DirectoryVariable] = folder;
        start.Environment[LimiterPod.UpstreamVariable] = $"http://127.0.0.1:{upstream}";
        return await StartAsync("limiter", start, new Uri($"http://127.0.0.1:{port}"), $"http://127.0.0.1:{health}/readyz", folder, line);
    }

    /// <summary>No proxy: what the others are compared with.</summary>
    public static async Task<(Process Process, int Port)> UpstreamAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Benchmarks.dll"), UpstreamProcess.Mode]) { RedirectStandardOutput = true, RedirectStandardInput = true };
        var process = Process.Start(start)!;
        return (process, int.Parse((await process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<Proxy> StartAsync(string name, ProcessStartInfo start, Uri address, string ready, string folder, Action<string>? line = null)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var began = Stopwatch.GetTimestamp();
        var process = Process.Start(start)!;
        // A full pipe would stop the process, whoever reads it.
        process.OutputDataReceived += (_, e) => line?.Invoke(e.Data ?? "");
        process.BeginOutputReadLine();
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(address, ready));
                if (answer.IsSuccessStatusCode || ready == "/") return new Proxy(name, process, address, new Uri(address, ready), folder, Stopwatch.GetElapsedTime(began));
            }
            catch (HttpRequestException) when (!process.HasExited && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(20))
            {
            }
            if (process.HasExited) throw new InvalidOperationException($"{name} ended: {await process.StandardError.ReadToEndAsync()}");
            await Task.Delay(2);
        }
    }

    private IEnumerable<int> Tree() => Directory.GetDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0).Where(id => id == _process.Id || Parent(id) == _process.Id);

    private static int Parent(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 4)..].Split(' ')[0], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentOutOfRangeException)
        {
            return 0;
        }
    }

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
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
