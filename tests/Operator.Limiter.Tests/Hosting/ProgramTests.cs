using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Operator.Contract;

namespace Operator.Limiter.Tests.Hosting;

/// <summary>The program as a process of its own.</summary>
public class ProgramTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_collector_nothing_of_opentelemetry_is_loaded(bool exports)
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("What a process has loaded is read from /proc.");
        var folder = Directory.CreateTempSubdirectory("limiter-program");
        Directory.CreateDirectory(Path.Combine(folder.FullName, LimiterPod.Deployments));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, LimiterPod.Deployments, "triage.json"), Sample.Json(Sample.Deployment()));
        var (port, health) = (FreePort(), FreePort());
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, "Operator.Limiter.dll")])
        {
            RedirectStandardOutput = true,
            Environment =
            {
                [LimiterPod.ListenVariable] = $"127.0.0.1:{port}",
                [LimiterPod.HealthPortVariable] = $"{health}",
                [LimiterPod.DirectoryVariable] = folder.FullName,
                [LimiterPod.UpstreamVariable] = "http://127.0.0.1:9",
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = exports ? "http://127.0.0.1:9" : "",
            },
        };
        using var process = Process.Start(start)!;
        try
        {
            using var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
            await ReadyAsync(client, process);
            using var answer = await client.PostAsync("/v1/messages", new StringContent(RunningLimiter.Body));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            var maps = await File.ReadAllTextAsync($"/proc/{process.Id}/maps");
            Assert.Contains("Operator.Limiter.dll", maps, StringComparison.Ordinal);
            Assert.Equal(exports, maps.Contains("OpenTelemetry", StringComparison.Ordinal));
            var line = JsonNode.Parse((await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1)))!)!;
            Assert.Equal(
                ("Information", "configuration", "triage.json"), ((string?)line["LogLevel"], (string?)line["Category"], (string?)line["State"]!["File"]));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    private static async Task ReadyAsync(HttpClient client, Process process)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                using var hello = await client.GetAsync("/api/hello");
                Assert.Equal(HttpStatusCode.OK, hello.StatusCode);
                return;
            }
            catch (HttpRequestException) when (i < 600 && !process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
